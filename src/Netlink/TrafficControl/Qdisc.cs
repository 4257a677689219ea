namespace Netlink;

/// <summary>A queueing discipline of a link (struct tcmsg of linux/rtnetlink.h, TCA_*).</summary>
public sealed record Qdisc
{
    /// <summary>The link.</summary>
    public required LinkId Link { get; init; }

    /// <summary>What it does.</summary>
    public required QdiscKind Kind { get; init; }

    /// <summary>Its number; the kernel chooses by default.</summary>
    public TrafficHandle Handle { get; init; }

    /// <summary>What it is attached to; null for what fits the kind: the root, or what is received.</summary>
    public TrafficHandle? Parent { get; init; }

    /// <summary>Bytes sent through it; read only.</summary>
    public ulong SentBytes { get; init; }

    /// <summary>Packets sent through it; read only.</summary>
    public uint SentPackets { get; init; }

    /// <summary>Packets it dropped; read only.</summary>
    public uint DroppedPackets { get; init; }
}
