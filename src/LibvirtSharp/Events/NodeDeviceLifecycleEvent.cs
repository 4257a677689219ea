namespace LibvirtSharp;

/// <summary>A device of the host came, went, or its definition did.</summary>
public sealed record NodeDeviceLifecycleEvent : LibvirtEvent
{
    /// <summary>The device.</summary>
    public required NodeDevice Device { get; init; }

    /// <summary>What happened.</summary>
    public required NodeDeviceEventLifecycleType Type { get; init; }
}
