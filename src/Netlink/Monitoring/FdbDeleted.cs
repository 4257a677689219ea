namespace Netlink;

/// <summary>A forwarding entry is gone (RTM_DELNEIGH with AF_BRIDGE).</summary>
public sealed record FdbDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required FdbEntry Entry { get; init; }
}
