namespace Netlink;

/// <summary>A filter that compares words of a packet and acts on those that match (tc-u32(8)).</summary>
public sealed record U32Filter
{
    /// <summary>The link.</summary>
    public required LinkId Link { get; init; }

    /// <summary>The discipline it belongs to, such as <see cref="TrafficHandle.Ingress"/>.</summary>
    public required TrafficHandle Parent { get; init; }

    /// <summary>Its place among the filters, 1 first.</summary>
    public ushort Priority { get; init; } = 1;

    /// <summary>The protocol of the packets that it looks at: ETH_P_*, 3 (ETH_P_ALL) for all.</summary>
    public ushort Protocol { get; init; } = 3;

    /// <summary>What all must match; without any, every packet does.</summary>
    public IReadOnlyList<U32Match> Matches { get; init; } = [];

    /// <summary>Where a packet that matches goes, as well or instead.</summary>
    public MirrorAction? Mirror { get; init; }

    /// <summary>The class that a packet that matches belongs to (TCA_U32_CLASSID).</summary>
    public TrafficHandle? Class { get; init; }
}
