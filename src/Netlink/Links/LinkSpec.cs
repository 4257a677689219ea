namespace Netlink;

/// <summary>A link as it is wanted. What is null stays as it is at a change, and is the kernel's choice for a new link.</summary>
public sealed record LinkSpec
{
    /// <summary>The name (IFLA_IFNAME), at most 15 bytes; for a new link <c>tap%d</c> takes the first number that is free. At a change: the new name.</summary>
    public string? Name { get; init; }

    /// <summary>The index that a new link is to have; null for the next.</summary>
    public int? Index { get; init; }

    /// <summary>What it is. For a new link this must be given; at a change, its options.</summary>
    public LinkKind? Kind { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public bool? Up { get; init; }

    /// <summary>The largest packet in bytes, without the Ethernet header (IFLA_MTU).</summary>
    public int? Mtu { get; init; }

    /// <summary>The Ethernet address (IFLA_ADDRESS).</summary>
    public MacAddress? Address { get; init; }

    /// <summary>The link that it is a port of (IFLA_MASTER); <see cref="LinkId.None"/> takes it out.</summary>
    public LinkId? Master { get; init; }

    /// <summary>How many packets wait at most to be sent (IFLA_TXQLEN).</summary>
    public uint? TransmitQueueLength { get; init; }

    /// <summary>The group (IFLA_GROUP).</summary>
    public uint? Group { get; init; }

    /// <summary>A text of up to 255 bytes (IFLA_IFALIAS); empty takes it away.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether it takes what is for others, too (IFF_PROMISC).</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>Whether it takes all multicast (IFF_ALLMULTI).</summary>
    public bool? AllMulticast { get; init; }

    /// <summary>Whether it resolves addresses (the opposite of IFF_NOARP).</summary>
    public bool? Arp { get; init; }

    /// <summary>The network namespace that it is made in or moved into (IFLA_NET_NS_FD), where it has an index of its own. It must not be disposed before.</summary>
    public NetworkNamespace? Namespace { get; init; }
}
