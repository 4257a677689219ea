namespace LibvirtSharp;

/// <summary>The guest took or gave memory of a memory device.</summary>
public sealed record DomainMemoryDeviceSizeChangeEvent : DomainEvent
{
    /// <summary>The device's alias.</summary>
    public required string DeviceAlias { get; init; }

    /// <summary>Its size now.</summary>
    public required long SizeBytes { get; init; }
}
