using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>The requests of the typed operations, to be sent together: <see cref="RtnetlinkConnection.SendAsync(IReadOnlyList{NetlinkRequest}, CancellationToken)"/>.</summary>
public static class NetlinkRequests
{
    private const NetlinkRequestFlags Add = NetlinkRequestFlags.Create | NetlinkRequestFlags.Exclusive;
    private const NetlinkRequestFlags Replace = NetlinkRequestFlags.Create | NetlinkRequestFlags.Replace;
    private const NetlinkRequestFlags Append = NetlinkRequestFlags.Create | NetlinkRequestFlags.Append;

    /// <summary>Makes a link.</summary>
    public static NetlinkRequest AddLink(LinkSpec link) => LinkRequests.Add(link, Add);

    /// <summary>Changes a link.</summary>
    public static NetlinkRequest SetLink(LinkId link, LinkSpec change) => LinkRequests.Set(link, change);

    /// <summary>Changes a link's options as a port of a bridge.</summary>
    public static NetlinkRequest SetBridgePort(LinkId link, BridgePort port) => LinkRequests.SetPort(link, port);

    /// <summary>Deletes a link.</summary>
    public static NetlinkRequest DeleteLink(LinkId link) => LinkRequests.Delete(link);

    /// <summary>Gives a link another name beside its own, of up to 127 bytes (IFLA_ALT_IFNAME).</summary>
    public static NetlinkRequest AddAlternativeName(LinkId link, string name) => LinkRequests.AlternativeName(link, name, add: true);

    /// <summary>Takes one of a link's other names away.</summary>
    public static NetlinkRequest DeleteAlternativeName(LinkId link, string name) => LinkRequests.AlternativeName(link, name, add: false);

    /// <summary>Adds an address.</summary>
    public static NetlinkRequest AddAddress(LinkAddress address) => AddressCodec.Change(RTM_NEWADDR, Add, address);

    /// <summary>Adds an address, or changes its lifetimes and flags when it is there.</summary>
    public static NetlinkRequest ReplaceAddress(LinkAddress address) => AddressCodec.Change(RTM_NEWADDR, Replace, address);

    /// <summary>Deletes an address.</summary>
    public static NetlinkRequest DeleteAddress(LinkAddress address) => AddressCodec.Change(RTM_DELADDR, NetlinkRequestFlags.None, address);

    /// <summary>Adds a route; one to the same destination of the same table and metric is an error.</summary>
    public static NetlinkRequest AddRoute(Route route) => RouteCodec.Change(RTM_NEWROUTE, Add, route);

    /// <summary>Adds a route, in place of one to the same destination of the same table and metric.</summary>
    public static NetlinkRequest ReplaceRoute(Route route) => RouteCodec.Change(RTM_NEWROUTE, Replace, route);

    /// <summary>Adds a route behind others to the same destination.</summary>
    public static NetlinkRequest AppendRoute(Route route) => RouteCodec.Change(RTM_NEWROUTE, Append, route);

    /// <summary>Deletes a route: the first whose destination, table and type, and whose gateway, link, metric and source where they are given, are these.</summary>
    public static NetlinkRequest DeleteRoute(Route route) => RouteCodec.Change(RTM_DELROUTE, NetlinkRequestFlags.None, route);

    /// <summary>Adds a neighbour.</summary>
    public static NetlinkRequest AddNeighbour(Neighbour neighbour) => NeighbourCodec.Change(RTM_NEWNEIGH, Add, neighbour);

    /// <summary>Adds a neighbour, or changes it.</summary>
    public static NetlinkRequest ReplaceNeighbour(Neighbour neighbour) => NeighbourCodec.Change(RTM_NEWNEIGH, Replace, neighbour);

    /// <summary>Deletes a neighbour.</summary>
    public static NetlinkRequest DeleteNeighbour(Neighbour neighbour) => NeighbourCodec.Change(RTM_DELNEIGH, NetlinkRequestFlags.None, neighbour);

    /// <summary>Adds a forwarding entry.</summary>
    public static NetlinkRequest AddFdb(FdbEntry entry) => NeighbourCodec.Change(RTM_NEWNEIGH, Add, entry);

    /// <summary>Adds a forwarding entry, in place of one for the same address.</summary>
    public static NetlinkRequest ReplaceFdb(FdbEntry entry) => NeighbourCodec.Change(RTM_NEWNEIGH, Replace, entry);

    /// <summary>Adds one more destination for an address of a VXLAN's table, such as <see cref="MacAddress.Zero"/>.</summary>
    public static NetlinkRequest AppendFdb(FdbEntry entry) => NeighbourCodec.Change(RTM_NEWNEIGH, Append, entry);

    /// <summary>Deletes a forwarding entry.</summary>
    public static NetlinkRequest DeleteFdb(FdbEntry entry) => NeighbourCodec.Change(RTM_DELNEIGH, NetlinkRequestFlags.None, entry);

    /// <summary>Deletes all forwarding entries of a link, in one of its tables.</summary>
    public static NetlinkRequest FlushFdb(LinkId link, NeighbourFlags table) => NeighbourCodec.Flush(link, table);

    /// <summary>Adds a queueing discipline; another at the same place is an error.</summary>
    public static NetlinkRequest AddQdisc(Qdisc qdisc) => TrafficControlCodec.Change(RTM_NEWQDISC, Add, qdisc);

    /// <summary>Adds a queueing discipline, in place of the one that is there.</summary>
    public static NetlinkRequest ReplaceQdisc(Qdisc qdisc) => TrafficControlCodec.Change(RTM_NEWQDISC, Replace, qdisc);

    /// <summary>Deletes a queueing discipline with its filters; the link goes on with the kernel's own.</summary>
    public static NetlinkRequest DeleteQdisc(Qdisc qdisc) => TrafficControlCodec.Change(RTM_DELQDISC, NetlinkRequestFlags.None, qdisc);

    /// <summary>Adds a filter.</summary>
    public static NetlinkRequest AddFilter(U32Filter filter) => TrafficControlCodec.Change(RTM_NEWTFILTER, Add, filter);

    /// <summary>Deletes all u32 filters of a priority.</summary>
    public static NetlinkRequest DeleteFilters(U32Filter filter) => TrafficControlCodec.Change(RTM_DELTFILTER, NetlinkRequestFlags.None, filter);
}
