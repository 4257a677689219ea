namespace LibvirtSharp;

/// <summary>A storage pool was defined, started, stopped …</summary>
public sealed record StoragePoolLifecycleEvent : LibvirtEvent
{
    /// <summary>The pool.</summary>
    public required StoragePool Pool { get; init; }

    /// <summary>What happened.</summary>
    public required StoragePoolEventLifecycleType Type { get; init; }
}
