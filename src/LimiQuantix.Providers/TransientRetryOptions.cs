namespace LimiQuantix.Providers;

/// <summary>How often and how patiently something is tried again.</summary>
internal sealed record TransientRetryOptions
{
    /// <summary>How many more tries after the first.</summary>
    public required int MaximumRetries { get; init; }

    /// <summary>The pause before the first retry; each next is about twice as long.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>What the pauses grow to.</summary>
    public required TimeSpan LongestDelay { get; init; }

    /// <summary>Who asks for a longer pause than this is not waited for.</summary>
    public required TimeSpan LongestRetryAfter { get; init; }
}
