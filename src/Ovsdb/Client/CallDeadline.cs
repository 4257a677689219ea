namespace Ovsdb.Client;

/// <summary>How long one call, with all its attempts, may still take.</summary>
internal readonly struct CallDeadline
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly long _began;

    private CallDeadline(TimeProvider time, TimeSpan limit)
    {
        _time = time;
        _limit = limit;
        _began = time.GetTimestamp();
    }

    /// <summary>What is left of it: more than nothing, so that what is begun too late still fails as late.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_limit == Timeout.InfiniteTimeSpan)
                return _limit;
            TimeSpan left = _limit - _time.GetElapsedTime(_began);
            return left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1);
        }
    }

    /// <summary>Begins now.</summary>
    /// <param name="options">The client's.</param>
    /// <param name="timeout">What the caller wants; null for <see cref="OvsdbClientOptions.CallTimeout"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No timer takes it.</exception>
    public static CallDeadline Begin(OvsdbClientOptions options, TimeSpan? timeout)
    {
        TimeSpan limit = timeout ?? options.CallTimeout;
        if (limit != Timeout.InfiniteTimeSpan && (limit <= TimeSpan.Zero || limit > OvsdbClientOptions.LongestTimer))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A deadline must be positive and at most 49 days, or infinite.");
        return new CallDeadline(options.TimeProvider, limit);
    }
}
