namespace Netlink;

/// <summary>A network interface as the kernel has it (RTM_NEWLINK of linux/rtnetlink.h).</summary>
public sealed record Link
{
    /// <summary>Its index in its network namespace.</summary>
    public required int Index { get; init; }

    /// <summary>Its name (IFLA_IFNAME).</summary>
    public required string Name { get; init; }

    /// <summary>Its other names (IFLA_ALT_IFNAME).</summary>
    public IReadOnlyList<string> AlternativeNames { get; init; } = [];

    /// <summary>What hardware it is or passes for: ARPHRD_* of linux/if_arp.h; 1 is Ethernet, 772 the loopback.</summary>
    public ushort HardwareType { get; init; }

    /// <summary>Its state.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>Whether it was switched on.</summary>
    public bool IsUp => (Flags & LinkFlags.Up) != 0;

    /// <summary>Whether it has a carrier.</summary>
    public bool HasCarrier => (Flags & LinkFlags.LowerUp) != 0;

    /// <summary>What it can do now (IFLA_OPERSTATE).</summary>
    public LinkOperationalState OperationalState { get; init; }

    /// <summary>The largest packet in bytes, without the Ethernet header (IFLA_MTU).</summary>
    public int Mtu { get; init; }

    /// <summary>Its Ethernet address (IFLA_ADDRESS); null where the hardware's addresses are of another length.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Its hardware address as it is, of whatever length.</summary>
    public ReadOnlyMemory<byte> HardwareAddress { get; init; }

    /// <summary>The index of the link that it is a port of: a bridge, a bond, a VRF (IFLA_MASTER); null for none.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>
    /// The index of the link that it stands on or is the peer of (IFLA_LINK): a VLAN's device, a veth's other end. It is one of another
    /// network namespace where <see cref="ParentNamespaceId"/> is not null.
    /// </summary>
    public int? ParentIndex { get; init; }

    /// <summary>The id that this namespace has for the one in which <see cref="ParentIndex"/> is (IFLA_LINK_NETNSID).</summary>
    public int? ParentNamespaceId { get; init; }

    /// <summary>How many packets wait at most to be sent (IFLA_TXQLEN).</summary>
    public uint TransmitQueueLength { get; init; }

    /// <summary>The name of its queueing discipline (IFLA_QDISC).</summary>
    public string? QueueingDiscipline { get; init; }

    /// <summary>Its group (IFLA_GROUP); 0 is the default.</summary>
    public uint Group { get; init; }

    /// <summary>A text that somebody gave it (IFLA_IFALIAS).</summary>
    public string? Alias { get; init; }

    /// <summary>What it is, with its options (IFLA_LINKINFO); null for hardware and the loopback.</summary>
    public LinkKind? Kind { get; init; }

    /// <summary>Its options as a port of a bridge; null when it is none.</summary>
    public BridgePort? BridgePort { get; init; }

    /// <summary>What it has received and sent (IFLA_STATS64).</summary>
    public LinkStatistics? Statistics { get; init; }

    /// <summary>The link as others refer to it.</summary>
    public LinkId Id => LinkId.FromKernel(Index);
}
