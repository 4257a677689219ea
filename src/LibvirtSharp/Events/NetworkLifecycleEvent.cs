namespace LibvirtSharp;

/// <summary>A network was defined, started, stopped …</summary>
public sealed record NetworkLifecycleEvent : LibvirtEvent
{
    /// <summary>The network.</summary>
    public required Network Network { get; init; }

    /// <summary>What happened.</summary>
    public required NetworkEventLifecycleType Type { get; init; }
}
