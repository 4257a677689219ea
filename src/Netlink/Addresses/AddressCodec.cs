using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Netlink.Messages;
using static Netlink.Constants.RouteAttributes;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Writes and reads addresses.</summary>
internal static class AddressCodec
{
    private const uint Forever = uint.MaxValue; // INFINITY_LIFE_TIME

    public static NetlinkRequest Dump(int linkIndex, byte family)
    {
        var request = new NetlinkRequest(RTM_GETADDR, NetlinkRequestFlags.None, "RTM_GETADDR (dump)");
        return request.AddHeader(new Headers.Address { Family = family, Index = linkIndex });
    }

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, LinkAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress local = address.Address ?? throw new ArgumentException("An address is wanted.", nameof(address));
        string name = type == RTM_NEWADDR ? nameof(RTM_NEWADDR) : nameof(RTM_DELADDR);
        LinkId link = address.Link.Required(nameof(address));
        var request = new NetlinkRequest(type, flags, $"{name} {local}/{address.PrefixLength} on {link}");
        request.AddHeader(new Headers.Address
        {
            Family = Families.Of(local),
            PrefixLength = Families.CheckPrefix(local, address.PrefixLength, nameof(address.PrefixLength)),
            Scope = (byte)address.Scope,
            Index = link.Index,
        });
        request.ReferTo(link, Headers.Address.IndexOffset);
        Families.CheckSame(local, address.Peer, nameof(address.Peer));
        request.AddAddress(IFA_LOCAL, local).AddAddress(IFA_ADDRESS, address.Peer ?? local);
        if (type == RTM_DELADDR)
            return request;
        if (address.Broadcast is not null && local.AddressFamily == AddressFamily.InterNetwork)
            request.AddAddress(IFA_BROADCAST, address.Broadcast);
        if (address.Label is not null)
            request.AddString(IFA_LABEL, address.Label);
        if (address.Flags != 0)
            request.AddUInt32(IFA_FLAGS, (uint)address.Flags);
        if (address.Metric is { } metric)
            request.AddUInt32(IFA_RT_PRIORITY, metric);
        if (address.ValidLifetime is not null || address.PreferredLifetime is not null)
        {
            request.AddValue(IFA_CACHEINFO, new CacheInfo
            {
                Preferred = Seconds(address.PreferredLifetime ?? address.ValidLifetime, nameof(address.PreferredLifetime)),
                Valid = Seconds(address.ValidLifetime, nameof(address.ValidLifetime)),
            });
        }
        return request;
    }

    public static LinkAddress Read(ReadOnlySpan<byte> payload)
    {
        Headers.Address header = Headers.Read<Headers.Address>(payload);
        IPAddress? local = null, address = null, broadcast = null;
        string? label = null;
        uint flags = header.Flags;
        uint? metric = null;
        var cache = new CacheInfo { Preferred = Forever, Valid = Forever };
        AttributeReader reader = AttributeReader.After(Headers.Address.Size, payload);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case IFA_LOCAL: local = reader.Address; break;
                case IFA_ADDRESS: address = reader.Address; break;
                case IFA_BROADCAST: broadcast = reader.Address; break;
                case IFA_LABEL: label = reader.String; break;
                case IFA_FLAGS: flags = reader.UInt32; break;
                case IFA_RT_PRIORITY: metric = reader.UInt32; break;
                case IFA_CACHEINFO: cache = MemoryMarshal.Read<CacheInfo>(reader.Fixed(16)); break;
            }
        }
        IPAddress own = local ?? address ?? throw NetlinkException.Protocol("An RTM_NEWADDR has neither IFA_LOCAL nor IFA_ADDRESS.");
        return new LinkAddress
        {
            Link = LinkId.FromKernel(header.Index),
            Address = own,
            PrefixLength = header.PrefixLength,
            Peer = address is null || address.Equals(own) ? null : address,
            Broadcast = broadcast,
            Label = label,
            Scope = (RouteScope)header.Scope,
            Flags = (AddressFlags)flags,
            ValidLifetime = Lifetime(cache.Valid),
            PreferredLifetime = Lifetime(cache.Preferred),
            Metric = metric,
        };
    }

    private static TimeSpan? Lifetime(uint seconds) => seconds == Forever ? null : TimeSpan.FromSeconds(seconds);

    private static uint Seconds(TimeSpan? time, string parameter) => time switch
    {
        null => Forever,
        { TotalSeconds: >= 0 and < Forever } given => (uint)given.TotalSeconds,
        _ => throw new ArgumentOutOfRangeException(parameter, time, $"{parameter} is not negative and fits into 32 bits of seconds."),
    };

    /// <summary>struct ifa_cacheinfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CacheInfo
    {
        public uint Preferred;
        public uint Valid;
        public uint Created;
        public uint Updated;
    }
}
