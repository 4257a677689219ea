using System.Net;
using System.Net.Sockets;
using Netlink.Messages;
using static Netlink.Constants.VxlanAttributes;

namespace Netlink;

/// <summary>An Ethernet segment over UDP (RFC 7348; IFLA_VXLAN_* of linux/if_link.h).</summary>
public sealed record Vxlan : LinkKind
{
    internal const string KindName = "vxlan";

    /// <summary>The segment's number, 0 to 16,777,215 (IFLA_VXLAN_ID).</summary>
    public required uint Id { get; init; }

    /// <summary>The UDP port (IFLA_VXLAN_PORT). Null at creation is 4789, the one of RFC 7348; the kernel's own default is another.</summary>
    public ushort? Port { get; init; }

    /// <summary>The address that it sends from (IFLA_VXLAN_LOCAL).</summary>
    public IPAddress? Local { get; init; }

    /// <summary>A multicast group that stations are found through, or the one other end (IFLA_VXLAN_GROUP).</summary>
    public IPAddress? Group { get; init; }

    /// <summary>The link that it sends over (IFLA_VXLAN_LINK); read, its index.</summary>
    public LinkId? Device { get; init; }

    /// <summary>Whether it learns where stations are from what it receives (IFLA_VXLAN_LEARNING); the kernel's default is yes.</summary>
    public bool? Learning { get; init; }

    /// <summary>The time to live of the outer packets (IFLA_VXLAN_TTL); 0 is the kernel's choice.</summary>
    public byte? TimeToLive { get; init; }

    /// <summary>How long a learnt station is remembered, in whole seconds (IFLA_VXLAN_AGEING); 300 s by default.</summary>
    public TimeSpan? Ageing { get; init; }

    /// <summary>How many stations may be learnt (IFLA_VXLAN_LIMIT); 0 for any number.</summary>
    public uint? MaxAddresses { get; init; }

    /// <summary>Whether it answers ARP from the neighbour table (IFLA_VXLAN_PROXY).</summary>
    public bool? Proxy { get; init; }

    /// <summary>Whether the outer packets have a UDP checksum over IPv4 (IFLA_VXLAN_UDP_CSUM).</summary>
    public bool? UdpChecksum { get; init; }

    /// <summary>Whether the other end is given with each packet and not by this link (IFLA_VXLAN_COLLECT_METADATA); then the id is 0.</summary>
    public bool? CollectMetadata { get; init; }

    /// <inheritdoc/>
    public override string Name => KindName;

    internal override string KernelOption => "CONFIG_VXLAN";

    internal static Vxlan ReadOptions(AttributeReader options)
    {
        var vxlan = new Vxlan { Id = 0 };
        while (options.Read())
        {
            vxlan = options.Type switch
            {
                IFLA_VXLAN_ID => vxlan with { Id = options.UInt32 },
                IFLA_VXLAN_PORT => vxlan with { Port = options.UInt16BigEndian },
                IFLA_VXLAN_LOCAL or IFLA_VXLAN_LOCAL6 => vxlan with { Local = options.Address },
                IFLA_VXLAN_GROUP or IFLA_VXLAN_GROUP6 => vxlan with { Group = options.Address },
                IFLA_VXLAN_LINK => vxlan with { Device = LinkId.FromKernel(options.Int32) },
                IFLA_VXLAN_LEARNING => vxlan with { Learning = options.Bool },
                IFLA_VXLAN_TTL => vxlan with { TimeToLive = options.Byte },
                IFLA_VXLAN_AGEING => vxlan with { Ageing = TimeSpan.FromSeconds(options.UInt32) },
                IFLA_VXLAN_LIMIT => vxlan with { MaxAddresses = options.UInt32 },
                IFLA_VXLAN_PROXY => vxlan with { Proxy = options.Bool },
                IFLA_VXLAN_UDP_CSUM => vxlan with { UdpChecksum = options.Bool },
                IFLA_VXLAN_COLLECT_METADATA => vxlan with { CollectMetadata = options.Bool },
                _ => vxlan,
            };
        }
        return vxlan;
    }

    private protected override void WriteOptions(NetlinkRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Id, 0xFFFFFFu, nameof(Id));
        if (Local is not null && Group is not null && Local.AddressFamily != Group.AddressFamily)
            throw new ArgumentException("Local and Group are both IPv4 or both IPv6.");
        request.AddUInt32(IFLA_VXLAN_ID, Id).AddUInt16BigEndian(IFLA_VXLAN_PORT, Port ?? 4789);
        if (Local is not null)
            request.AddAddress(Local.AddressFamily == AddressFamily.InterNetwork ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, Local, nameof(IFLA_VXLAN_LOCAL));
        if (Group is not null)
            request.AddAddress(Group.AddressFamily == AddressFamily.InterNetwork ? IFLA_VXLAN_GROUP : IFLA_VXLAN_GROUP6, Group, nameof(IFLA_VXLAN_GROUP));
        if (Device is { IsNone: false } device)
            request.AddLink(IFLA_VXLAN_LINK, device);
        request.AddOptional(IFLA_VXLAN_LEARNING, Learning).AddOptional(IFLA_VXLAN_PROXY, Proxy);
        request.AddOptional(IFLA_VXLAN_UDP_CSUM, UdpChecksum).AddOptional(IFLA_VXLAN_COLLECT_METADATA, CollectMetadata);
        if (TimeToLive is { } timeToLive)
            request.AddByte(IFLA_VXLAN_TTL, timeToLive);
        if (Ageing is { } ageing)
            request.AddUInt32(IFLA_VXLAN_AGEING, Seconds(ageing, nameof(Ageing)));
        if (MaxAddresses is { } most)
            request.AddUInt32(IFLA_VXLAN_LIMIT, most);
    }

    private static uint Seconds(TimeSpan time, string parameter) => time >= TimeSpan.Zero && time.TotalSeconds <= uint.MaxValue
        ? (uint)time.TotalSeconds
        : throw new ArgumentOutOfRangeException(parameter, time, $"{parameter} is not negative and fits into 32 bits of seconds.");
}
