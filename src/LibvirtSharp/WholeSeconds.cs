using System.Runtime.CompilerServices;

namespace LibvirtSharp;

/// <summary>Times of calls in which libvirt counts whole seconds.</summary>
internal static class WholeSeconds
{
    /// <summary>The time in seconds, rounded up, so that a short one does not become none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or beyond what libvirt can count.</exception>
    public static int Of(TimeSpan time, [CallerArgumentExpression(nameof(time))] string? name = null)
    {
        double seconds = Math.Ceiling(time.TotalSeconds);
        if (time < TimeSpan.Zero || seconds > int.MaxValue)
            throw new ArgumentOutOfRangeException(name, time, "libvirt counts whole seconds, from 0 to 2147483647.");
        return (int)seconds;
    }
}
