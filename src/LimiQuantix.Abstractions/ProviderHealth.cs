namespace LimiQuantix;

/// <summary>The health of a provider instance at one moment.</summary>
public sealed record ProviderHealth
{
    /// <summary>A healthy instance with nothing to say.</summary>
    public static ProviderHealth Healthy { get; } = new() { Status = ProviderHealthStatus.Healthy };

    /// <summary>How well the instance works.</summary>
    public required ProviderHealthStatus Status { get; init; }

    /// <summary>What is wrong and what would mend it; <see langword="null"/> when healthy.</summary>
    public string? Description { get; init; }

    /// <summary>The error behind an unhealthy status, when there is one.</summary>
    public LimiQuantixError? Error { get; init; }
}
