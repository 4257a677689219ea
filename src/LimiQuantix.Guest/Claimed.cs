namespace LimiQuantix.Guest;

/// <summary>Numbers that a guest says, brought into the range in which they can be true.</summary>
internal static class Claimed
{
    /// <summary>No machine has more bytes than this of anything.</summary>
    private const ulong MostBytes = 1UL << 60;

    private static readonly TimeSpan MostTime = TimeSpan.FromDays(365 * 100);

    /// <summary>Bytes or another count; an underflow such as 2^64−1 becomes the bound.</summary>
    public static long Size(ulong value) => (long)Math.Min(value, MostBytes);

    /// <summary>A part of a whole cannot exceed it.</summary>
    public static long Part(ulong value, ulong whole) => Size(Math.Min(value, whole));

    public static TimeSpan Milliseconds(ulong value) => value >= MostTime.TotalMilliseconds ? MostTime : TimeSpan.FromMilliseconds(value);

    /// <summary>A ratio or an average: not a number and negative become 0.</summary>
    public static double Number(double value, double most) => double.IsNaN(value) || value < 0 ? 0 : Math.Min(value, most);

    /// <summary>Whether <see cref="Number"/> changed it.</summary>
    public static bool IsAbsurd(double value, double most) => double.IsNaN(value) || value < 0 || value > most;
}
