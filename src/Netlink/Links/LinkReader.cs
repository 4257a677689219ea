using Netlink.Messages;
using static Netlink.Constants.LinkAttributes;

namespace Netlink;

/// <summary>Reads RTM_NEWLINK and RTM_DELLINK.</summary>
internal static class LinkReader
{
    public static Link Read(ReadOnlySpan<byte> payload)
    {
        Headers.Link header = Headers.Read<Headers.Link>(payload);
        var parts = new Parts();
        AttributeReader reader = AttributeReader.After(Headers.Link.Size, payload);
        while (reader.Read())
            Take(ref parts, reader);
        return new Link
        {
            Index = header.Index,
            Name = parts.Name ?? "",
            AlternativeNames = (IReadOnlyList<string>?)parts.AlternativeNames ?? [],
            HardwareType = header.Type,
            Flags = (LinkFlags)header.Flags,
            OperationalState = (LinkOperationalState)parts.OperationalState,
            Mtu = parts.Mtu,
            Address = parts.Address,
            HardwareAddress = parts.HardwareAddress,
            MasterIndex = parts.Master,
            ParentIndex = parts.Parent,
            ParentNamespaceId = parts.ParentNamespace,
            TransmitQueueLength = parts.QueueLength,
            QueueingDiscipline = parts.Discipline,
            Group = parts.Group,
            Alias = parts.Alias,
            Kind = parts.Kind,
            BridgePort = parts.Port,
            Statistics = parts.Statistics,
        };
    }

    private static void Take(ref Parts parts, AttributeReader attribute)
    {
        switch (attribute.Type)
        {
            case IFLA_IFNAME: parts.Name = attribute.String; break;
            case IFLA_MTU: parts.Mtu = attribute.Int32; break;
            case IFLA_ADDRESS:
                parts.Address = attribute.Mac;
                parts.HardwareAddress = attribute.Value.ToArray();
                break;
            case IFLA_MASTER: parts.Master = attribute.Int32; break;
            // An index of 0 says that there is none, as some tunnels do.
            case IFLA_LINK: parts.Parent = attribute.Int32 is 0 ? null : attribute.Int32; break;
            case IFLA_LINK_NETNSID: parts.ParentNamespace = attribute.Int32; break;
            case IFLA_OPERSTATE: parts.OperationalState = attribute.Byte; break;
            case IFLA_TXQLEN: parts.QueueLength = attribute.UInt32; break;
            case IFLA_QDISC: parts.Discipline = attribute.String; break;
            case IFLA_GROUP: parts.Group = attribute.UInt32; break;
            case IFLA_IFALIAS: parts.Alias = attribute.String; break;
            case IFLA_STATS64: parts.Statistics = LinkStatistics.Read(attribute); break;
            case IFLA_LINKINFO: TakeInfo(ref parts, attribute.Nested); break;
            case IFLA_PROP_LIST: TakeNames(ref parts, attribute.Nested); break;
        }
    }

    private static void TakeInfo(ref Parts parts, AttributeReader info)
    {
        string? kind = null, slaveKind = null;
        ReadOnlySpan<byte> options = [], slaveOptions = [];
        while (info.Read())
        {
            switch (info.Type)
            {
                case IFLA_INFO_KIND: kind = info.String; break;
                case IFLA_INFO_DATA: options = info.Value; break;
                case IFLA_INFO_SLAVE_KIND: slaveKind = info.String; break;
                case IFLA_INFO_SLAVE_DATA: slaveOptions = info.Value; break;
            }
        }
        if (kind is { Length: > 0 })
            parts.Kind = LinkKind.Read(kind, new AttributeReader(options));
        if (slaveKind == Bridge.KindName)
            parts.Port = BridgePort.Read(new AttributeReader(slaveOptions));
    }

    private static void TakeNames(ref Parts parts, AttributeReader names)
    {
        while (names.Read())
        {
            if (names.Type == IFLA_ALT_IFNAME)
                (parts.AlternativeNames ??= []).Add(names.String);
        }
    }

    private struct Parts
    {
        public string? Name;
        public List<string>? AlternativeNames;
        public byte OperationalState;
        public int Mtu;
        public MacAddress? Address;
        public byte[]? HardwareAddress;
        public int? Master;
        public int? Parent;
        public int? ParentNamespace;
        public uint QueueLength;
        public string? Discipline;
        public uint Group;
        public string? Alias;
        public LinkKind? Kind;
        public BridgePort? Port;
        public LinkStatistics? Statistics;
    }
}
