using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Netlink.Messages;
using static Netlink.Constants.RouteAttributes;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Writes and reads routes.</summary>
internal static class RouteCodec
{
    private const uint RTNH_F_ONLINK = 4;
    private const uint RTM_F_CLONED = 0x200;

    public static NetlinkRequest Dump(byte family, uint? table)
    {
        var request = new NetlinkRequest(RTM_GETROUTE, NetlinkRequestFlags.None, "RTM_GETROUTE (dump)");
        request.AddHeader(new Headers.Route { Family = family });
        // Strict checking lets the kernel choose the table; an older one gives all, and the caller chooses.
        return table is { } wanted ? request.AddUInt32(RTA_TABLE, wanted) : request;
    }

    public static NetlinkRequest Get(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var request = new NetlinkRequest(RTM_GETROUTE, NetlinkRequestFlags.None, $"RTM_GETROUTE {destination}");
        byte bits = (byte)(destination.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return request.AddHeader(new Headers.Route { Family = Families.Of(destination), DestinationLength = bits }).AddAddress(RTA_DST, destination);
    }

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        IPAddress destination = route.Destination.BaseAddress;
        string name = type == RTM_NEWROUTE ? nameof(RTM_NEWROUTE) : nameof(RTM_DELROUTE);
        var request = new NetlinkRequest(type, flags, $"{name} {route.Destination}{(route.Gateway is null ? "" : $" via {route.Gateway}")}{(route.Link.IsNone ? "" : $" on {route.Link}")}");
        request.AddHeader(new Headers.Route
        {
            Family = Families.Of(destination),
            DestinationLength = (byte)route.Destination.PrefixLength,
            Table = (byte)(route.Table < 256 ? route.Table : 0),
            Protocol = type == RTM_DELROUTE ? (byte)0 : route.Protocol,
            Scope = (byte)(route.Scope ?? FittingScope(type, route)),
            Type = (byte)route.Type,
            Flags = route.OnLink ? RTNH_F_ONLINK : 0,
        });
        if (route.Destination.PrefixLength > 0)
            request.AddAddress(RTA_DST, destination);
        request.AddUInt32(RTA_TABLE, route.Table);
        if (route.Metric is { } metric)
            request.AddUInt32(RTA_PRIORITY, metric);
        if (route.PreferredSource is { } source)
        {
            Families.CheckSame(destination, source, nameof(route.PreferredSource));
            request.AddAddress(RTA_PREFSRC, source);
        }
        if (route.Mtu is { } mtu)
            request.BeginNest(RTA_METRICS).AddUInt32(RTAX_MTU, mtu).EndNest();
        WriteHop(request, destination, route.Gateway, route.Link);
        if (route.NextHops.Count > 0)
            WriteHops(request, destination, route.NextHops);
        return request;
    }

    public static Route Read(ReadOnlySpan<byte> payload)
    {
        Headers.Route header = Headers.Read<Headers.Route>(payload);
        IPAddress any = header.Family == Headers.AF_INET6 ? IPAddress.IPv6Any : IPAddress.Any;
        IPAddress destination = any;
        IPAddress? gateway = null, source = null;
        int link = 0;
        uint table = header.Table;
        uint? metric = null, mtu = null;
        List<RouteNextHop>? hops = null;
        AttributeReader reader = AttributeReader.After(Headers.Route.Size, payload);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case RTA_DST: destination = reader.Address; break;
                case RTA_GATEWAY: gateway = reader.Address; break;
                case RTA_VIA: gateway = ReadVia(reader); break;
                case RTA_OIF: link = reader.Int32; break;
                case RTA_PRIORITY: metric = reader.UInt32; break;
                case RTA_PREFSRC: source = reader.Address; break;
                case RTA_TABLE: table = reader.UInt32; break;
                case RTA_METRICS: mtu = ReadMtu(reader.Nested); break;
                case RTA_MULTIPATH: hops = ReadHops(reader.Value); break;
            }
        }
        int most = destination.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (header.DestinationLength > most)
            throw NetlinkException.Protocol($"A route to {destination} has a prefix of {header.DestinationLength} bits.");
        return new Route
        {
            Destination = Network(destination, header.DestinationLength),
            Gateway = gateway,
            Link = LinkId.FromKernel(link),
            NextHops = (IReadOnlyList<RouteNextHop>?)hops ?? [],
            Table = table,
            Protocol = header.Protocol,
            Scope = (RouteScope)header.Scope,
            Type = (RouteType)header.Type,
            Metric = metric,
            PreferredSource = source,
            Mtu = mtu,
            OnLink = (header.Flags & RTNH_F_ONLINK) != 0,
        };
    }

    /// <summary>Whether it is a route of a table and no answer to somebody's question that is remembered.</summary>
    public static bool IsCached(ReadOnlySpan<byte> payload) => (Headers.Read<Headers.Route>(payload).Flags & RTM_F_CLONED) != 0;

    private static RouteScope FittingScope(ushort type, Route route) => (type, route.Type) switch
    {
        // Nowhere is no condition when a route is looked for.
        (RTM_DELROUTE, _) => RouteScope.Nowhere,
        (_, RouteType.Local) => RouteScope.Host,
        (_, RouteType.Unicast or RouteType.Broadcast or RouteType.Multicast) when route.Gateway is null && route.NextHops.All(static hop => hop.Gateway is null) => RouteScope.Link,
        _ => RouteScope.Universe,
    };

    private static void WriteHop(NetlinkRequest request, IPAddress destination, IPAddress? gateway, LinkId link)
    {
        if (gateway is not null && gateway.AddressFamily == destination.AddressFamily)
            request.AddAddress(RTA_GATEWAY, gateway);
        else if (gateway is not null)
            request.AddBytes(RTA_VIA, [Families.Of(gateway), 0, .. gateway.GetAddressBytes()]);
        if (!link.IsNone)
            request.AddLink(RTA_OIF, link);
    }

    private static void WriteHops(NetlinkRequest request, IPAddress destination, IReadOnlyList<RouteNextHop> hops)
    {
        request.BeginNest(RTA_MULTIPATH);
        foreach (RouteNextHop hop in hops)
        {
            if (hop.Weight is < 1 or > 256)
                throw new ArgumentOutOfRangeException(nameof(hops), hop.Weight, "The weight of a next hop is 1 to 256.");
            request.BeginHop((byte)(hop.OnLink ? RTNH_F_ONLINK : 0), (byte)(hop.Weight - 1), hop.Link);
            WriteHop(request, destination, hop.Gateway, LinkId.None);
            request.EndNest();
        }
        request.EndNest();
    }

    private static List<RouteNextHop> ReadHops(ReadOnlySpan<byte> bytes)
    {
        const int size = 8; // struct rtnexthop
        var hops = new List<RouteNextHop>();
        while (bytes.Length >= size)
        {
            int length = MemoryMarshal.Read<ushort>(bytes);
            if (length < size || length > bytes.Length)
                throw NetlinkException.Protocol($"A next hop says that it is {length} bytes long, where {bytes.Length} are left.");
            IPAddress? gateway = null;
            var reader = new AttributeReader(bytes[size..length]);
            while (reader.Read())
            {
                if (reader.Type == RTA_GATEWAY)
                    gateway = reader.Address;
                else if (reader.Type == RTA_VIA)
                    gateway = ReadVia(reader);
            }
            hops.Add(new RouteNextHop
            {
                Gateway = gateway,
                Link = LinkId.FromKernel(MemoryMarshal.Read<int>(bytes[4..])),
                Weight = bytes[3] + 1,
                OnLink = (bytes[2] & RTNH_F_ONLINK) != 0,
            });
            bytes = bytes[Math.Min(MessageHeader.Align(length), bytes.Length)..];
        }
        return hops;
    }

    private static IPAddress? ReadVia(AttributeReader via) => via.Value.Length is 6 or 18 ? new IPAddress(via.Value[2..]) : null;

    private static uint? ReadMtu(AttributeReader metrics)
    {
        while (metrics.Read())
        {
            if (metrics.Type == RTAX_MTU)
                return metrics.UInt32;
        }
        return null;
    }

    /// <summary>The kernel's own routes have no bits beyond the prefix, which IPNetwork insists on; what else may come is cut.</summary>
    private static IPNetwork Network(IPAddress address, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int count);
        for (int i = 0; i < count; i++)
            bytes[i] &= (byte)~(0xFF >> Math.Clamp(length - (i * 8), 0, 8));
        return new IPNetwork(new IPAddress(bytes[..count]), length);
    }
}
