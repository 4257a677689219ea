namespace LibvirtSharp;

/// <summary>QEMU's guest agent connected or disconnected.</summary>
public sealed record DomainAgentLifecycleEvent : DomainEvent
{
    /// <summary>What it did.</summary>
    public required ConnectDomainEventAgentLifecycleState State { get; init; }

    /// <summary>Why.</summary>
    public required ConnectDomainEventAgentLifecycleReason Reason { get; init; }
}
