using Netlink.Messages;
using static Netlink.Constants.BridgeAttributes;

namespace Netlink;

/// <summary>A learning Ethernet switch (IEEE 802.1D; IFLA_BR_* of linux/if_link.h).</summary>
public sealed record Bridge : LinkKind
{
    internal const string KindName = "bridge";

    /// <summary>How long a port listens and learns before it forwards, with the spanning tree (IFLA_BR_FORWARD_DELAY); in hundredths of a second.</summary>
    public TimeSpan? ForwardDelay { get; init; }

    /// <summary>How long a learnt station is remembered (IFLA_BR_AGEING_TIME); 300 s by default, in hundredths of a second.</summary>
    public TimeSpan? AgeingTime { get; init; }

    /// <summary>Whether it takes part in the spanning tree (IFLA_BR_STP_STATE).</summary>
    public bool? SpanningTree { get; init; }

    /// <summary>Its priority in the spanning tree (IFLA_BR_PRIORITY).</summary>
    public ushort? Priority { get; init; }

    /// <summary>
    /// Whether it keeps VLANs apart (IFLA_BR_VLAN_FILTERING). A kernel without CONFIG_BRIDGE_VLAN_FILTERING ignores it, and reads null.
    /// </summary>
    public bool? VlanFiltering { get; init; }

    /// <summary>The VLAN of frames without a tag on new ports (IFLA_BR_VLAN_DEFAULT_PVID); 0 for none.</summary>
    public ushort? DefaultVlan { get; init; }

    /// <summary>Whether it forwards multicast only where it is wanted (IFLA_BR_MCAST_SNOOPING).</summary>
    public bool? MulticastSnooping { get; init; }

    /// <summary>Whether it asks who wants multicast (IFLA_BR_MCAST_QUERIER).</summary>
    public bool? MulticastQuerier { get; init; }

    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X it forwards, a bit each (IFLA_BR_GROUP_FWD_MASK).</summary>
    public ushort? GroupForwardMask { get; init; }

    /// <summary>Whether what it forwards goes through iptables (IFLA_BR_NF_CALL_IPTABLES).</summary>
    public bool? CallIpTables { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_BRIDGE";

    internal static Bridge ReadOptions(AttributeReader options)
    {
        var bridge = new Bridge();
        while (options.Read())
        {
            bridge = options.Type switch
            {
                IFLA_BR_FORWARD_DELAY => bridge with { ForwardDelay = FromHundredths(options.UInt32) },
                IFLA_BR_AGEING_TIME => bridge with { AgeingTime = FromHundredths(options.UInt32) },
                IFLA_BR_STP_STATE => bridge with { SpanningTree = options.UInt32 != 0 },
                IFLA_BR_PRIORITY => bridge with { Priority = options.UInt16 },
                IFLA_BR_VLAN_FILTERING => bridge with { VlanFiltering = options.Bool },
                IFLA_BR_VLAN_DEFAULT_PVID => bridge with { DefaultVlan = options.UInt16 },
                IFLA_BR_MCAST_SNOOPING => bridge with { MulticastSnooping = options.Bool },
                IFLA_BR_MCAST_QUERIER => bridge with { MulticastQuerier = options.Bool },
                IFLA_BR_GROUP_FWD_MASK => bridge with { GroupForwardMask = options.UInt16 },
                IFLA_BR_NF_CALL_IPTABLES => bridge with { CallIpTables = options.Bool },
                _ => bridge,
            };
        }
        return bridge;
    }

    private protected override void WriteOptions(NetlinkRequest request)
    {
        if (ForwardDelay is { } delay)
            request.AddUInt32(IFLA_BR_FORWARD_DELAY, Hundredths(delay, nameof(ForwardDelay)));
        if (AgeingTime is { } ageing)
            request.AddUInt32(IFLA_BR_AGEING_TIME, Hundredths(ageing, nameof(AgeingTime)));
        if (SpanningTree is { } tree)
            request.AddUInt32(IFLA_BR_STP_STATE, tree ? 1u : 0);
        if (Priority is { } priority)
            request.AddUInt16(IFLA_BR_PRIORITY, priority);
        if (DefaultVlan is { } vlan)
            request.AddUInt16(IFLA_BR_VLAN_DEFAULT_PVID, vlan);
        if (GroupForwardMask is { } mask)
            request.AddUInt16(IFLA_BR_GROUP_FWD_MASK, mask);
        request.AddOptional(IFLA_BR_VLAN_FILTERING, VlanFiltering).AddOptional(IFLA_BR_MCAST_SNOOPING, MulticastSnooping);
        request.AddOptional(IFLA_BR_MCAST_QUERIER, MulticastQuerier).AddOptional(IFLA_BR_NF_CALL_IPTABLES, CallIpTables);
    }

    /// <summary>The kernel's clock_t: hundredths of a second.</summary>
    private static TimeSpan FromHundredths(uint hundredths) => TimeSpan.FromMilliseconds(hundredths * 10.0);

    private static uint Hundredths(TimeSpan time, string parameter) => time >= TimeSpan.Zero && time.TotalMilliseconds / 10 <= uint.MaxValue
        ? (uint)(time.TotalMilliseconds / 10)
        : throw new ArgumentOutOfRangeException(parameter, time, $"{parameter} is not negative and fits into 32 bits of hundredths of a second.");
}
