namespace Ovsdb;

/// <summary>
/// How a lost connection is opened again: all endpoints in turn at once, then after delays that double up to a limit, with jitter. A
/// connection that is lost again within a second counts as a failed attempt.
/// </summary>
public sealed class OvsdbReconnectOptions
{
    /// <summary>The delay before the second round. Default 100 milliseconds.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay between two rounds, at most 49 days. Default 8 seconds.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Rounds in vain after which the client ends for good; null for no limit. Default null.</summary>
    public int? MaxRounds { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstDelay, TimeSpan.Zero, nameof(FirstDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDelay, FirstDelay, nameof(MaxDelay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDelay, OvsdbClientOptions.LongestTimer, nameof(MaxDelay));
        if (MaxRounds is { } most)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most, nameof(MaxRounds));
    }

    /// <summary>The delay after rounds in vain: full jitter in the upper half, so that many clients spread out.</summary>
    internal TimeSpan DelayAfter(int rounds)
    {
        double longest = Math.Min(MaxDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(rounds - 1, 30)));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
