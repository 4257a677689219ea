namespace Netlink;

/// <summary>A forwarding entry is new, or something of it changed (RTM_NEWNEIGH with AF_BRIDGE).</summary>
public sealed record FdbChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required FdbEntry Entry { get; init; }
}
