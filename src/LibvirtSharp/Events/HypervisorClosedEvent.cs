namespace LibvirtSharp;

/// <summary>The daemon lost its own connection to the hypervisor; the connection to the daemon still stands.</summary>
public sealed record HypervisorClosedEvent : LibvirtEvent
{
    /// <summary>Why.</summary>
    public required ConnectCloseReason Reason { get; init; }
}
