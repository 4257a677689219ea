namespace LibvirtSharp;

/// <summary>A secret was defined or removed.</summary>
public sealed record SecretLifecycleEvent : LibvirtEvent
{
    /// <summary>The secret.</summary>
    public required Secret Secret { get; init; }

    /// <summary>What happened.</summary>
    public required SecretEventLifecycleType Type { get; init; }
}
