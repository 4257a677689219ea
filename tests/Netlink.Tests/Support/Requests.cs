using System.Net;

namespace Netlink.Tests.Support;

/// <summary>A request of every kind, with every option.</summary>
internal static class Requests
{
    public static NetlinkRequest[] All()
    {
        MacAddress mac = MacAddress.Parse("02:00:00:00:00:01");
        IPAddress four = IPAddress.Parse("10.0.0.1"), six = IPAddress.Parse("fd00::1");
        return
        [
            NetlinkRequests.AddLink(new LinkSpec { Name = "a", Index = 7, Mtu = 1400, Address = mac, Master = 3, Up = true, Group = 5, TransmitQueueLength = 9, Kind = new Vxlan { Id = 5, Local = four, Group = four, Device = 4, Learning = true, TimeToLive = 3, Ageing = TimeSpan.FromSeconds(5), MaxAddresses = 8, Proxy = true, UdpChecksum = true, CollectMetadata = false } }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "b", Kind = new Bridge { ForwardDelay = TimeSpan.FromSeconds(3), AgeingTime = TimeSpan.FromSeconds(4), SpanningTree = true, Priority = 4, VlanFiltering = true, DefaultVlan = 7, MulticastSnooping = true, MulticastQuerier = true, GroupForwardMask = 8, CallIpTables = false } }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "c", Kind = new Veth { Peer = new LinkSpec { Name = "d", Mtu = 1300 } } }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "e", Kind = new Vlan { Id = 5, Protocol = 0x8100, Parent = 7 } }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "f", Kind = new Macvlan { Mode = MacvlanMode.Bridge, Parent = 7 } }),
            NetlinkRequests.SetBridgePort(7, new BridgePort { State = BridgePortState.Forwarding, Priority = 3, Cost = 7, Learning = true, UnicastFlood = false, MulticastFlood = true, BroadcastFlood = true, NeighbourSuppression = true, Isolated = true, Hairpin = true, Guard = true, RootBlock = true, Locked = true }),
            NetlinkRequests.AddAlternativeName(7, "another"),
            NetlinkRequests.AddAddress(new LinkAddress { Link = 7, Address = four, PrefixLength = 24, Peer = four, Broadcast = four, Label = "a:b", Metric = 4, Flags = AddressFlags.NoPrefixRoute, ValidLifetime = TimeSpan.FromHours(1) }),
            NetlinkRequests.AddAddress(new LinkAddress { Link = 7, Address = six, PrefixLength = 64 }),
            NetlinkRequests.AddRoute(new Route { Destination = IPNetwork.Parse("10.0.0.0/8"), Gateway = four, Link = 7, Mtu = 1300, Metric = 4, PreferredSource = four, Table = 5000 }),
            NetlinkRequests.AddRoute(new Route { Destination = IPNetwork.Parse("10.0.0.0/8"), NextHops = [new RouteNextHop { Gateway = six, Link = 7, Weight = 5 }, new RouteNextHop { Gateway = four, OnLink = true }] }),
            NetlinkRequests.AddRoute(new Route { Destination = IPNetwork.Parse("fd00::/64"), Gateway = six, Link = 7 }),
            NetlinkRequests.AddNeighbour(new Neighbour { Link = 7, Address = four, LinkLayerAddress = mac }),
            NetlinkRequests.AddFdb(new FdbEntry { Link = 7, Address = mac, Destination = four, Port = 4789, Vni = 5, SourceVni = 6, Via = 3, Vlan = 5 }),
            NetlinkRequests.AddQdisc(new Qdisc { Link = 7, Kind = new TokenBucket { BytesPerSecond = 5_000_000_000, BurstBytes = 65536 } }),
            NetlinkRequests.AddFilter(new U32Filter { Link = 7, Parent = TrafficHandle.Ingress, Matches = [new U32Match { Offset = 12, Value = 1, Mask = 0xFF }], Mirror = new MirrorAction { Target = 8 }, Class = new TrafficHandle(1, 2) }),
        ];
    }
}
