namespace Netlink;

/// <summary>An address is gone (RTM_DELADDR).</summary>
public sealed record AddressDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required LinkAddress Address { get; init; }
}
