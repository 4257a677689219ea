namespace LibvirtSharp;

/// <summary>
/// How a lost connection is opened again: at once, then after delays that double up to a limit, with jitter. One that is lost again before it
/// has lived for <see cref="MaxDelay"/> counts as a failed attempt.
/// </summary>
public sealed class LibvirtReconnectOptions
{
    /// <summary>The delay before the second attempt. Default 200 milliseconds.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest delay between two attempts, at most 49 days. Default 10 seconds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Attempts after which the connection ends for good, and calls and subscriptions fail with an error that is not transient; null for no limit. Default null.
    /// </summary>
    public int? MaxAttempts { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstDelay, TimeSpan.Zero, nameof(FirstDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, FirstDelay, nameof(MaxDelay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDelay, Rpc.TimerLimit.Longest, nameof(MaxDelay));
        if (MaxAttempts is { } most)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most, nameof(MaxAttempts));
    }

    /// <summary>The delay after <paramref name="failures"/> failed attempts: full jitter in the upper half, so that many clients spread out.</summary>
    internal TimeSpan DelayAfter(int failures)
    {
        double longest = Math.Min(MaxDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + Random.Shared.NextDouble() / 2));
    }
}
