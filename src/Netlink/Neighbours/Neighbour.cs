using System.Net;

namespace Netlink;

/// <summary>Which hardware address an IP address has on a link (struct ndmsg and NDA_* of linux/neighbour.h): ARP and neighbour discovery.</summary>
public sealed record Neighbour
{
    /// <summary>The link.</summary>
    public required LinkId Link { get; init; }

    /// <summary>The IP address (NDA_DST).</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The Ethernet address (NDA_LLADDR); null while it is not known.</summary>
    public MacAddress? LinkLayerAddress { get; init; }

    /// <summary>How sure that is.</summary>
    public NeighbourStates State { get; init; } = NeighbourStates.Permanent;

    /// <summary>What it is.</summary>
    public NeighbourFlags Flags { get; init; }
}
