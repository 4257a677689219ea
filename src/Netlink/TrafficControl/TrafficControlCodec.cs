using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Netlink.Messages;
using static Netlink.Constants.RtnetlinkMessages;
using static Netlink.Constants.TrafficControlAttributes;

namespace Netlink;

/// <summary>Writes and reads queueing disciplines and filters.</summary>
internal static class TrafficControlCodec
{
    private const string U32 = "u32";
    private const byte TC_U32_TERMINAL = 1;
    private const int TC_ACT_PIPE = 3;
    private const int TC_ACT_STOLEN = 4;
    private const int MaxMatches = 128;

    public static NetlinkRequest DumpQdiscs(int linkIndex) =>
        new NetlinkRequest(RTM_GETQDISC, NetlinkRequestFlags.None, "RTM_GETQDISC (dump)").AddHeader(new Headers.TrafficControl { Index = linkIndex });

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, Qdisc qdisc)
    {
        ArgumentNullException.ThrowIfNull(qdisc);
        QdiscKind kind = qdisc.Kind ?? throw new ArgumentException("A Kind is wanted, such as new IngressQdisc().", nameof(qdisc));
        LinkId link = qdisc.Link.Required(nameof(qdisc));
        string name = type == RTM_NEWQDISC ? nameof(RTM_NEWQDISC) : nameof(RTM_DELQDISC);
        var request = new NetlinkRequest(type, flags, $"{name} {kind.Name} on {link}") { Feature = kind.Feature };
        request.AddHeader(new Headers.TrafficControl { Index = link.Index, Handle = qdisc.Handle.Value, Parent = (qdisc.Parent ?? kind.Parent).Value });
        request.ReferTo(link, Headers.TrafficControl.IndexOffset).AddString(TCA_KIND, kind.Name);
        if (type == RTM_NEWQDISC)
            kind.WriteOptions(request);
        return request;
    }

    public static NetlinkRequest Change(ushort type, NetlinkRequestFlags flags, U32Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LinkId link = filter.Link.Required(nameof(filter));
        string name = type == RTM_NEWTFILTER ? nameof(RTM_NEWTFILTER) : nameof(RTM_DELTFILTER);
        var request = new NetlinkRequest(type, flags, $"{name} u32 on {link}")
        {
            Feature = $"the filter 'u32' (CONFIG_NET_CLS_U32){(filter.Mirror is null ? "" : " or the action 'mirred' (CONFIG_NET_ACT_MIRRED)")}",
        };
        request.AddHeader(new Headers.TrafficControl
        {
            Index = link.Index,
            Parent = filter.Parent.Value,
            Info = ((uint)filter.Priority << 16) | BinaryPrimitives.ReverseEndianness(filter.Protocol),
        });
        request.ReferTo(link, Headers.TrafficControl.IndexOffset).AddString(TCA_KIND, U32);
        if (type != RTM_NEWTFILTER)
            return request;
        request.BeginNest(TCA_OPTIONS);
        if (filter.Class is { } target)
            request.AddUInt32(TCA_U32_CLASSID, target.Value);
        if (filter.Mirror is { } mirror)
            WriteMirror(request, mirror);
        WriteSelector(request, filter.Matches);
        return request.EndNest();
    }

    public static Qdisc Read(ReadOnlySpan<byte> payload)
    {
        Headers.TrafficControl header = Headers.Read<Headers.TrafficControl>(payload);
        string kind = "";
        ReadOnlySpan<byte> options = [];
        ulong bytes = 0;
        uint packets = 0, dropped = 0;
        AttributeReader reader = AttributeReader.After(Headers.TrafficControl.Size, payload);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case TCA_KIND: kind = reader.String; break;
                case TCA_OPTIONS: options = reader.Value; break;
                case TCA_STATS2: ReadStatistics(reader.Nested, ref bytes, ref packets, ref dropped); break;
            }
        }
        if (kind.Length == 0)
            throw NetlinkException.Protocol("An RTM_NEWQDISC has no TCA_KIND.");
        return new Qdisc
        {
            Link = LinkId.FromKernel(header.Index),
            Kind = QdiscKind.Read(kind, new AttributeReader(options)),
            Handle = TrafficHandle.FromKernel(header.Handle),
            Parent = TrafficHandle.FromKernel(header.Parent),
            SentBytes = bytes,
            SentPackets = packets,
            DroppedPackets = dropped,
        };
    }

    private static void ReadStatistics(AttributeReader statistics, ref ulong bytes, ref uint packets, ref uint dropped)
    {
        while (statistics.Read())
        {
            if (statistics.Type == TCA_STATS_BASIC)
            {
                bytes = MemoryMarshal.Read<ulong>(statistics.Fixed(12));
                packets = MemoryMarshal.Read<uint>(statistics.Fixed(12)[8..]);
            }
            else if (statistics.Type == TCA_STATS_QUEUE)
            {
                dropped = MemoryMarshal.Read<uint>(statistics.Fixed(12)[8..]);
            }
        }
    }

    /// <summary>struct tc_u32_sel and its keys.</summary>
    private static void WriteSelector(NetlinkRequest request, IReadOnlyList<U32Match> matches)
    {
        const int size = 16, keySize = 16;
        if (matches.Count > MaxMatches)
            throw new ArgumentException($"A u32 filter has at most {MaxMatches} matches, not {matches.Count}.", nameof(matches));
        IReadOnlyList<U32Match> keys = matches.Count > 0 ? matches : [new U32Match { Offset = 0, Value = 0, Mask = 0 }];
        Span<byte> selector = new byte[size + (keySize * keys.Count)];
        selector[0] = TC_U32_TERMINAL;
        selector[2] = (byte)keys.Count;
        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].Offset % 4 != 0)
                throw new ArgumentException($"The offset of a u32 match is a multiple of 4, not {keys[i].Offset}.", nameof(matches));
            Span<byte> key = selector[(size + (keySize * i))..];
            BinaryPrimitives.WriteUInt32BigEndian(key, keys[i].Mask);
            BinaryPrimitives.WriteUInt32BigEndian(key[4..], keys[i].Value & keys[i].Mask);
            MemoryMarshal.Write(key[8..], keys[i].Offset);
        }
        request.AddBytes(TCA_U32_SEL, selector);
    }

    private static void WriteMirror(NetlinkRequest request, MirrorAction mirror)
    {
        const ushort first = 1; // the actions of a filter are numbered in their order
        LinkId target = mirror.Target.Required(nameof(mirror));
        request.BeginNest(TCA_U32_ACT).BeginNest(first, "action 1").AddString(TCA_ACT_KIND, "mirred").BeginNest(TCA_ACT_OPTIONS);
        request.AddValue(TCA_MIRRED_PARMS, new MirrorParameters
        {
            Action = mirror.Copy ? TC_ACT_PIPE : TC_ACT_STOLEN,
            Direction = (mirror.Ingress ? 3 : 1) + (mirror.Copy ? 1 : 0), // TCA_EGRESS_REDIR, TCA_EGRESS_MIRROR, TCA_INGRESS_REDIR, TCA_INGRESS_MIRROR
            Index = target.Index,
        });
        request.ReferTo(target, request.Length - sizeof(int));
        request.EndNest().EndNest().EndNest();
    }

    /// <summary>struct tc_mirred of linux/tc_act/tc_mirred.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MirrorParameters
    {
        public uint Number;
        public uint Capability;
        public int Action;
        public int References;
        public int Bindings;
        public int Direction;
        public int Index;
    }
}
