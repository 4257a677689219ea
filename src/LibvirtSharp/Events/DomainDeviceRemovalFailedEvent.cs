namespace LibvirtSharp;

/// <summary>The guest refused to let a device go.</summary>
public sealed record DomainDeviceRemovalFailedEvent : DomainEvent
{
    /// <summary>Its alias.</summary>
    public required string DeviceAlias { get; init; }
}
