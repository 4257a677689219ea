using System.Net;

namespace Netlink;

/// <summary>
/// Where frames for an Ethernet address go (RTM_NEWNEIGH with AF_BRIDGE): in a bridge's table through which port, in a VXLAN's to which host.
/// </summary>
public sealed record FdbEntry
{
    /// <summary>The port, or the VXLAN.</summary>
    public required LinkId Link { get; init; }

    /// <summary>The Ethernet address (NDA_LLADDR); <see cref="MacAddress.Zero"/> in a VXLAN's table for all that have no entry.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>
    /// In whose table it is: <see cref="NeighbourFlags.Self"/> for the link's own, as a VXLAN's is, <see cref="NeighbourFlags.Master"/> for that of the
    /// bridge. An entry that is written with neither is in the link's own.
    /// </summary>
    public NeighbourFlags Flags { get; init; }

    /// <summary>How it came and goes.</summary>
    public FdbEntryState State { get; init; } = FdbEntryState.Permanent;

    /// <summary>The host that has the station (NDA_DST), in a VXLAN's table.</summary>
    public IPAddress? Destination { get; init; }

    /// <summary>The UDP port there (NDA_PORT) where it is not the VXLAN's own.</summary>
    public ushort? Port { get; init; }

    /// <summary>The segment there (NDA_VNI) where it is not the VXLAN's own.</summary>
    public uint? Vni { get; init; }

    /// <summary>The segment here (NDA_SRC_VNI), in the table of a VXLAN that carries several.</summary>
    public uint? SourceVni { get; init; }

    /// <summary>The link that it is reached over (NDA_IFINDEX).</summary>
    public LinkId? Via { get; init; }

    /// <summary>The VLAN (NDA_VLAN), in a bridge's table.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>The index of the bridge whose table it is in (NDA_MASTER); read only.</summary>
    public int? MasterIndex { get; init; }
}
