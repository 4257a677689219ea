using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>Times of calls in which libvirt counts whole milliseconds.</summary>
internal static class WholeMilliseconds
{
    /// <summary>The time in milliseconds, rounded up, so that a short one does not become none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or beyond what libvirt can count.</exception>
    public static uint Of(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null)
    {
        double milliseconds = Math.Ceiling(time.TotalMilliseconds);
        if (time < TimeSpan.Zero || milliseconds > uint.MaxValue)
            throw new ArgumentOutOfRangeException(name, time, "libvirt counts whole milliseconds, from 0 to 4294967295.");
        return (uint)milliseconds;
    }
}
