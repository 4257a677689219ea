using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>
/// Between .NET's signed numbers and the protocol's unsigned ones: a negative argument is refused by its name, an answer that is larger than
/// any size (libvirt's "unlimited") becomes <see cref="long.MaxValue"/>.
/// </summary>
internal static class WireNumber
{
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static ulong Of(long value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return (ulong)value;
    }

    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static uint Of(int value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return (uint)value;
    }

    public static long From(ulong value) => (long)Math.Min(value, long.MaxValue);

    public static int From(uint value) => (int)Math.Min(value, int.MaxValue);
}
