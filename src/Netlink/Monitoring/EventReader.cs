using Netlink.Messages;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads the messages of multicast groups.</summary>
internal static class EventReader
{
    /// <summary>The event; null for a message that is none of those a monitor tells of.</summary>
    public static RtnetlinkEvent? Read(ushort type, ReadOnlySpan<byte> payload)
    {
        byte family = payload.IsEmpty ? Headers.AF_UNSPEC : payload[0];
        bool ip = Families.IsIp(payload);
        return type switch
        {
            // Of a port, the bridge tells a second time in its own family, without what the link itself is.
            RTM_NEWLINK when family == Headers.AF_UNSPEC => new LinkChanged { Link = LinkReader.Read(payload) },
            RTM_DELLINK when family == Headers.AF_UNSPEC => new LinkDeleted { Link = LinkReader.Read(payload) },
            RTM_NEWADDR when ip => new AddressChanged { Address = AddressCodec.Read(payload) },
            RTM_DELADDR when ip => new AddressDeleted { Address = AddressCodec.Read(payload) },
            RTM_NEWROUTE when ip => new RouteChanged { Route = RouteCodec.Read(payload) },
            RTM_DELROUTE when ip => new RouteDeleted { Route = RouteCodec.Read(payload) },
            RTM_NEWNEIGH when family == Headers.AF_BRIDGE => new FdbChanged { Entry = NeighbourCodec.ReadFdb(payload) },
            RTM_DELNEIGH when family == Headers.AF_BRIDGE => new FdbDeleted { Entry = NeighbourCodec.ReadFdb(payload) },
            RTM_NEWNEIGH when ip && NeighbourCodec.Read(payload) is { } changed => new NeighbourChanged { Neighbour = changed },
            RTM_DELNEIGH when ip && NeighbourCodec.Read(payload) is { } deleted => new NeighbourDeleted { Neighbour = deleted },
            _ => null,
        };
    }
}
