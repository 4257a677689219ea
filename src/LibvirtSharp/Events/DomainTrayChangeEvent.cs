namespace LibvirtSharp;

/// <summary>The tray of a removable disk moved.</summary>
public sealed record DomainTrayChangeEvent : DomainEvent
{
    /// <summary>The disk's alias.</summary>
    public required string DeviceAlias { get; init; }

    /// <summary>Which way.</summary>
    public required DomainEventTrayChangeReason Reason { get; init; }
}
