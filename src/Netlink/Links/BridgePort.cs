using Netlink.Messages;
using static Netlink.Constants.BridgeAttributes;

namespace Netlink;

/// <summary>A link's options as a port of a bridge (IFLA_BRPORT_* of linux/if_link.h). What is null stays as it is.</summary>
public sealed record BridgePort
{
    /// <summary>Its state in the spanning tree (IFLA_BRPORT_STATE).</summary>
    public BridgePortState? State { get; init; }

    /// <summary>Its priority in the spanning tree (IFLA_BRPORT_PRIORITY).</summary>
    public ushort? Priority { get; init; }

    /// <summary>Its cost in the spanning tree (IFLA_BRPORT_COST).</summary>
    public uint? Cost { get; init; }

    /// <summary>Whether stations are learnt from what it receives (IFLA_BRPORT_LEARNING).</summary>
    public bool? Learning { get; init; }

    /// <summary>Whether it is sent what is for unknown stations (IFLA_BRPORT_UNICAST_FLOOD).</summary>
    public bool? UnicastFlood { get; init; }

    /// <summary>Whether it is sent multicast that nobody is known to want (IFLA_BRPORT_MCAST_FLOOD).</summary>
    public bool? MulticastFlood { get; init; }

    /// <summary>Whether it is sent broadcasts (IFLA_BRPORT_BCAST_FLOOD).</summary>
    public bool? BroadcastFlood { get; init; }

    /// <summary>Whether ARP and neighbour discovery are answered for it from the neighbour table (IFLA_BRPORT_NEIGH_SUPPRESS).</summary>
    public bool? NeighbourSuppression { get; init; }

    /// <summary>Whether isolated ports do not reach one another (IFLA_BRPORT_ISOLATED).</summary>
    public bool? Isolated { get; init; }

    /// <summary>Whether what it receives may go back out of it (IFLA_BRPORT_MODE).</summary>
    public bool? Hairpin { get; init; }

    /// <summary>Whether it drops the spanning tree's messages (IFLA_BRPORT_GUARD).</summary>
    public bool? Guard { get; init; }

    /// <summary>Whether it never becomes the way to the root (IFLA_BRPORT_PROTECT).</summary>
    public bool? RootBlock { get; init; }

    /// <summary>Whether only known stations may send through it (IFLA_BRPORT_LOCKED).</summary>
    public bool? Locked { get; init; }

    internal static BridgePort Read(AttributeReader options)
    {
        var port = new BridgePort();
        while (options.Read())
        {
            port = options.Type switch
            {
                IFLA_BRPORT_STATE => port with { State = (BridgePortState)options.Byte },
                IFLA_BRPORT_PRIORITY => port with { Priority = options.UInt16 },
                IFLA_BRPORT_COST => port with { Cost = options.UInt32 },
                IFLA_BRPORT_LEARNING => port with { Learning = options.Bool },
                IFLA_BRPORT_UNICAST_FLOOD => port with { UnicastFlood = options.Bool },
                IFLA_BRPORT_MCAST_FLOOD => port with { MulticastFlood = options.Bool },
                IFLA_BRPORT_BCAST_FLOOD => port with { BroadcastFlood = options.Bool },
                IFLA_BRPORT_NEIGH_SUPPRESS => port with { NeighbourSuppression = options.Bool },
                IFLA_BRPORT_ISOLATED => port with { Isolated = options.Bool },
                IFLA_BRPORT_MODE => port with { Hairpin = options.Bool },
                IFLA_BRPORT_GUARD => port with { Guard = options.Bool },
                IFLA_BRPORT_PROTECT => port with { RootBlock = options.Bool },
                IFLA_BRPORT_LOCKED => port with { Locked = options.Bool },
                _ => port,
            };
        }
        return port;
    }

    internal void Write(NetlinkRequest request)
    {
        if (State is { } state)
            request.AddByte(IFLA_BRPORT_STATE, (byte)state);
        if (Priority is { } priority)
            request.AddUInt16(IFLA_BRPORT_PRIORITY, priority);
        if (Cost is { } cost)
            request.AddUInt32(IFLA_BRPORT_COST, cost);
        request.AddOptional(IFLA_BRPORT_LEARNING, Learning).AddOptional(IFLA_BRPORT_UNICAST_FLOOD, UnicastFlood);
        request.AddOptional(IFLA_BRPORT_MCAST_FLOOD, MulticastFlood).AddOptional(IFLA_BRPORT_BCAST_FLOOD, BroadcastFlood);
        request.AddOptional(IFLA_BRPORT_NEIGH_SUPPRESS, NeighbourSuppression).AddOptional(IFLA_BRPORT_ISOLATED, Isolated);
        request.AddOptional(IFLA_BRPORT_MODE, Hairpin).AddOptional(IFLA_BRPORT_GUARD, Guard);
        request.AddOptional(IFLA_BRPORT_PROTECT, RootBlock).AddOptional(IFLA_BRPORT_LOCKED, Locked);
    }
}
