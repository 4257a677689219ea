namespace Netlink;

/// <summary>An address is new, or something of it changed (RTM_NEWADDR).</summary>
public sealed record AddressChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required LinkAddress Address { get; init; }
}
