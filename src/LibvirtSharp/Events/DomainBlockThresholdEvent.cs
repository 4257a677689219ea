namespace LibvirtSharp;

/// <summary>A disk was written beyond a threshold.</summary>
public sealed record DomainBlockThresholdEvent : DomainEvent
{
    /// <summary>The disk's target.</summary>
    public required string Device { get; init; }

    /// <summary>Its source.</summary>
    public required string? Path { get; init; }

    /// <summary>The threshold.</summary>
    public required long ThresholdBytes { get; init; }

    /// <summary>How far beyond.</summary>
    public required long ExcessBytes { get; init; }
}
