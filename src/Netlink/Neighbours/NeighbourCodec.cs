using System.Net;
using Netlink.Messages;
using static Netlink.Constants.NeighbourAttributes;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Writes and reads neighbours and forwarding entries.</summary>
internal static class NeighbourCodec
{
    public static NetlinkRequest Dump(byte family, int linkIndex, bool proxies = false)
    {
        string name = family == Headers.AF_BRIDGE ? "RTM_GETNEIGH (fdb dump)" : "RTM_GETNEIGH (dump)";
        var request = new NetlinkRequest(RTM_GETNEIGH, NetlinkRequestFlags.None, name);
        request.AddHeader(new Headers.Neighbour { Family = family, Index = family == Headers.AF_BRIDGE ? linkIndex : 0, Flags = proxies ? (byte)NeighbourFlags.Proxy : (byte)0 });
        if (linkIndex != 0 && family != Headers.AF_BRIDGE)
            request.AddUInt32(NDA_IFINDEX, (uint)linkIndex);
        return request;
    }

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, Neighbour neighbour)
    {
        ArgumentNullException.ThrowIfNull(neighbour);
        IPAddress address = neighbour.Address ?? throw new ArgumentException("An address is wanted.", nameof(neighbour));
        LinkId link = neighbour.Link.Required(nameof(neighbour));
        var request = new NetlinkRequest(type, flags, $"{NameOf(type)} {address} on {link}");
        request.AddHeader(new Headers.Neighbour
        {
            Family = Families.Of(address),
            Index = link.Index,
            State = (ushort)neighbour.State,
            Flags = (byte)neighbour.Flags,
        });
        request.ReferTo(link, Headers.Neighbour.IndexOffset).AddAddress(NDA_DST, address);
        if (type == RTM_NEWNEIGH && neighbour.LinkLayerAddress is { } linkLayer)
            request.AddMac(NDA_LLADDR, linkLayer);
        return request;
    }

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, FdbEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        LinkId link = entry.Link.Required(nameof(entry));
        NeighbourFlags table = entry.Flags & (NeighbourFlags.Self | NeighbourFlags.Master);
        var request = new NetlinkRequest(type, flags, $"{NameOf(type)} (fdb{(table == NeighbourFlags.Master ? " of its master" : "")}) {entry.Address} on {link}");
        request.AddHeader(new Headers.Neighbour
        {
            Family = Headers.AF_BRIDGE,
            Index = link.Index,
            // A VXLAN takes no entry that neither stays for good nor was seen.
            State = (ushort)(entry.State == FdbEntryState.Static ? NeighbourStates.NoArp | NeighbourStates.Reachable : (NeighbourStates)entry.State),
            Flags = (byte)(entry.Flags | (table == 0 ? NeighbourFlags.Self : 0)),
        });
        request.ReferTo(link, Headers.Neighbour.IndexOffset).AddMac(NDA_LLADDR, entry.Address);
        if (entry.Destination is { } destination)
            request.AddAddress(NDA_DST, destination);
        if (entry.Vlan is { } vlan)
            request.AddUInt16(NDA_VLAN, vlan);
        if (entry.Port is { } port)
            request.AddUInt16BigEndian(NDA_PORT, port);
        if (entry.Vni is { } vni)
            request.AddUInt32(NDA_VNI, vni);
        if (entry.SourceVni is { } source)
            request.AddUInt32(NDA_SRC_VNI, source);
        if (entry.Via is { IsNone: false } via)
            request.AddLink(NDA_IFINDEX, via);
        return request;
    }

    public static NetlinkRequest Flush(LinkId link, NeighbourFlags table)
    {
        var request = new NetlinkRequest(RTM_DELNEIGH, NetlinkRequestFlags.Exclusive, $"RTM_DELNEIGH (fdb, all) {link.Required(nameof(link))}")
        {
            Feature = "deleting forwarding entries in bulk (Linux 5.19; for VXLAN 6.7)",
        };
        return request.AddHeader(new Headers.Neighbour { Family = Headers.AF_BRIDGE, Index = link.Index, Flags = (byte)table })
            .ReferTo(link, Headers.Neighbour.IndexOffset);
    }

    /// <summary>A neighbour; null for an entry without an address.</summary>
    public static Neighbour? Read(ReadOnlySpan<byte> payload)
    {
        Headers.Neighbour header = Headers.Read<Headers.Neighbour>(payload);
        IPAddress? address = null;
        MacAddress? linkLayer = null;
        AttributeReader reader = AttributeReader.After(Headers.Neighbour.Size, payload);
        while (reader.Read())
        {
            if (reader.Type == NDA_DST)
                address = reader.Address;
            else if (reader.Type == NDA_LLADDR)
                linkLayer = reader.Mac;
        }
        return address is null ? null : new Neighbour
        {
            Link = LinkId.FromKernel(header.Index),
            Address = address,
            LinkLayerAddress = linkLayer,
            State = (NeighbourStates)header.State,
            Flags = (NeighbourFlags)header.Flags,
        };
    }

    public static FdbEntry ReadFdb(ReadOnlySpan<byte> payload)
    {
        Headers.Neighbour header = Headers.Read<Headers.Neighbour>(payload);
        MacAddress address = default;
        IPAddress? destination = null;
        ushort? port = null, vlan = null;
        uint? vni = null, sourceVni = null;
        LinkId? via = null;
        int? master = null;
        AttributeReader reader = AttributeReader.After(Headers.Neighbour.Size, payload);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case NDA_LLADDR: address = reader.Mac ?? default; break;
                case NDA_DST: destination = reader.Address; break;
                case NDA_PORT: port = reader.UInt16BigEndian; break;
                case NDA_VNI: vni = reader.UInt32; break;
                case NDA_SRC_VNI: sourceVni = reader.UInt32; break;
                case NDA_VLAN: vlan = reader.UInt16; break;
                case NDA_IFINDEX: via = LinkId.FromKernel(reader.Int32); break;
                case NDA_MASTER: master = reader.Int32; break;
            }
        }
        return new FdbEntry
        {
            Link = LinkId.FromKernel(header.Index),
            Address = address,
            Flags = (NeighbourFlags)header.Flags | TableOf(header, master),
            State = StateOf((NeighbourStates)header.State),
            Destination = destination,
            Port = port,
            Vni = vni,
            SourceVni = sourceVni,
            Via = via,
            Vlan = vlan,
            MasterIndex = master,
        };
    }

    /// <summary>The kernel does not say of a bridge's entry that it is one; with it said, what was read can be deleted as it is.</summary>
    private static NeighbourFlags TableOf(Headers.Neighbour header, int? master) =>
        master is null || ((NeighbourFlags)header.Flags).HasFlag(NeighbourFlags.Self) ? NeighbourFlags.None
        : master == header.Index ? NeighbourFlags.Self
        : NeighbourFlags.Master;

    private static FdbEntryState StateOf(NeighbourStates states) =>
        states.HasFlag(NeighbourStates.Permanent) ? FdbEntryState.Permanent
        : states.HasFlag(NeighbourStates.NoArp) ? FdbEntryState.Static
        : states.HasFlag(NeighbourStates.Stale) ? FdbEntryState.Stale
        : FdbEntryState.Dynamic;

    private static string NameOf(ushort type) => type == RTM_NEWNEIGH ? nameof(RTM_NEWNEIGH) : nameof(RTM_DELNEIGH);
}
