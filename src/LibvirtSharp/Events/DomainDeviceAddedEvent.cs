namespace LibvirtSharp;

/// <summary>A device was added.</summary>
public sealed record DomainDeviceAddedEvent : DomainEvent
{
    /// <summary>Its alias.</summary>
    public required string DeviceAlias { get; init; }
}
