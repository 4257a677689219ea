namespace LibvirtSharp;

/// <summary>A device is gone.</summary>
public sealed record DomainDeviceRemovedEvent : DomainEvent
{
    /// <summary>Its alias.</summary>
    public required string DeviceAlias { get; init; }
}
