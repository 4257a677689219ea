using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>Times of calls, which libvirt counts in whole units: rounded up, so that a short one does not become none.</summary>
internal static class WholeTime
{
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or beyond what libvirt can count.</exception>
    public static int Seconds(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null) =>
        (int)Of(time, TimeSpan.FromSeconds(1), int.MaxValue, "seconds", name);

    /// <exception cref="ArgumentOutOfRangeException">It is negative, or beyond what libvirt can count.</exception>
    public static uint Milliseconds(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null) =>
        (uint)Of(time, TimeSpan.FromMilliseconds(1), uint.MaxValue, "milliseconds", name);

    /// <summary>What libvirt counted; beyond any time is the longest.</summary>
    public static TimeSpan FromMilliseconds(ulong count) =>
        count <= (ulong)(TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond) ? new TimeSpan((long)count * TimeSpan.TicksPerMillisecond) : TimeSpan.MaxValue;

    private static double Of(TimeSpan time, TimeSpan unit, double most, string units, string? name)
    {
        double count = Math.Ceiling(time / unit);
        return time >= TimeSpan.Zero && count <= most
            ? count
            : throw new ArgumentOutOfRangeException(name, time, $"libvirt counts whole {units}, from 0 to {most:0}.");
    }
}
