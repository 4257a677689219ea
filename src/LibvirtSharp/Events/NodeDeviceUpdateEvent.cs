namespace LibvirtSharp;

/// <summary>A host device's description changed.</summary>
public sealed record NodeDeviceUpdateEvent : LibvirtEvent
{
    /// <summary>The device.</summary>
    public required NodeDevice Device { get; init; }
}
