using System.Net;

namespace Netlink;

/// <summary>A route (struct rtmsg and RTA_* of linux/rtnetlink.h).</summary>
public sealed record Route
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    /// <summary>RT_TABLE_LOCAL.</summary>
    public const uint LocalTable = 255;

    /// <summary>RTPROT_STATIC: by an administrator.</summary>
    public const byte StaticProtocol = 4;

    /// <summary>RTPROT_KERNEL: by the kernel itself, with an address.</summary>
    public const byte KernelProtocol = 2;

    /// <summary>RTPROT_BOOT: while the machine started, which is what <c>ip</c> says by default.</summary>
    public const byte BootProtocol = 3;

    /// <summary>The destination (RTA_DST); 0.0.0.0/0 and ::/0 are the default route.</summary>
    public required IPNetwork Destination { get; init; }

    /// <summary>The gateway (RTA_GATEWAY; RTA_VIA where it is of another family); null when the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The link that packets leave through (RTA_OIF).</summary>
    public LinkId Link { get; init; }

    /// <summary>Several ways at once (RTA_MULTIPATH), then there is neither a gateway nor a link here.</summary>
    public IReadOnlyList<RouteNextHop> NextHops { get; init; } = [];

    /// <summary>The table (RTA_TABLE).</summary>
    public uint Table { get; init; } = MainTable;

    /// <summary>Who made it: RTPROT_*.</summary>
    public byte Protocol { get; init; } = StaticProtocol;

    /// <summary>How far away the destination is; null for what fits: the link without a gateway, anywhere with one.</summary>
    public RouteScope? Scope { get; init; }

    /// <summary>What happens to the packets.</summary>
    public RouteType Type { get; init; } = RouteType.Unicast;

    /// <summary>The route's rank, the lower the better (RTA_PRIORITY); null for the kernel's choice: 0 for IPv4, 1024 for IPv6.</summary>
    public uint? Metric { get; init; }

    /// <summary>The address that packets from here are given (RTA_PREFSRC).</summary>
    public IPAddress? PreferredSource { get; init; }

    /// <summary>The largest packet on this way (RTAX_MTU).</summary>
    public uint? Mtu { get; init; }

    /// <summary>Whether the gateway counts as reachable although no address says so (RTNH_F_ONLINK).</summary>
    public bool OnLink { get; init; }

    /// <inheritdoc/>
    public bool Equals(Route? other) => other is not null && Key.Equals(other.Key) && NextHops.SequenceEqual(other.NextHops);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    private (IPNetwork, IPAddress?, LinkId, uint, byte, RouteScope?, RouteType, uint?, IPAddress?, uint?, bool) Key =>
        (Destination, Gateway, Link, Table, Protocol, Scope, Type, Metric, PreferredSource, Mtu, OnLink);
}
