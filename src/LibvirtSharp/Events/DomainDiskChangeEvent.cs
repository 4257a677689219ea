namespace LibvirtSharp;

/// <summary>A disk's source changed.</summary>
public sealed record DomainDiskChangeEvent : DomainEvent
{
    /// <summary>The source before.</summary>
    public required string? OldSourcePath { get; init; }

    /// <summary>The source now.</summary>
    public required string? NewSourcePath { get; init; }

    /// <summary>The disk's alias.</summary>
    public required string DeviceAlias { get; init; }

    /// <summary>Why.</summary>
    public required ConnectDomainEventDiskChangeReason Reason { get; init; }
}
