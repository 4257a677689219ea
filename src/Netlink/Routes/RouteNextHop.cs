using System.Net;

namespace Netlink;

/// <summary>One of several ways of a route (struct rtnexthop of linux/rtnetlink.h).</summary>
public sealed record RouteNextHop
{
    /// <summary>The gateway; null when the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The link that packets leave through.</summary>
    public LinkId Link { get; init; }

    /// <summary>Its share against the others', 1 to 256.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether the gateway counts as reachable although no address says so (RTNH_F_ONLINK).</summary>
    public bool OnLink { get; init; }
}
