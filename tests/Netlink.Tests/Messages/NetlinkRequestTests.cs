using System.Net;
using Netlink.Messages;
using Netlink.Tests.Support;

namespace Netlink.Tests.Messages;

internal sealed class NetlinkRequestTests
{
    [Test]
    public void Attributes_are_aligned_and_nests_have_their_length()
    {
        NetlinkRequest request = new NetlinkRequest(16, NetlinkRequestFlags.None, "x").AddHeader(default(Headers.Link))
            .AddString(3, "abcd").BeginNest(18).AddByte(1, 7).AddUInt16BigEndian(2, 0x1234).EndNest().AddUInt64(5, 9);

        AttributeReader reader = AttributeReader.After(Headers.Link.Size, request.Message[MessageHeader.Size..]);
        Assert.That(reader.Read());
        Assert.That((reader.Type, reader.String, reader.Value.Length), Is.EqualTo(((ushort)3, "abcd", 5)));
        Assert.That(reader.Read());
        AttributeReader nested = reader.Nested;
        Assert.That(nested.Read());
        Assert.That((nested.Type, nested.Byte), Is.EqualTo(((ushort)1, (byte)7)));
        Assert.That(nested.Read());
        Assert.That((nested.Type, nested.UInt16BigEndian), Is.EqualTo(((ushort)2, (ushort)0x1234)));
        Assert.That(nested.Read(), Is.False);
        Assert.That(reader.Read());
        Assert.That((reader.Type, reader.UInt64), Is.EqualTo(((ushort)5, 9ul)));
        Assert.That(request.Length % 4, Is.Zero);
    }

    [Test]
    public void What_is_written_is_read_as_it_was()
    {
        LinkAddress address = new() { Link = 7, Address = IPAddress.Parse("10.0.0.1"), PrefixLength = 24, Peer = IPAddress.Parse("10.0.0.2"), Broadcast = IPAddress.Parse("10.0.0.255"), Label = "a:b", Metric = 4, Flags = AddressFlags.NoPrefixRoute, ValidLifetime = TimeSpan.FromHours(1), PreferredLifetime = TimeSpan.FromMinutes(1) };
        Route route = new() { Destination = IPNetwork.Parse("10.0.0.0/8"), NextHops = [new RouteNextHop { Gateway = IPAddress.Parse("fd00::1"), Link = 7, Weight = 5 }, new RouteNextHop { Gateway = IPAddress.Parse("10.0.0.1"), OnLink = true, Link = LinkId.None }], Mtu = 1300, Metric = 4, Table = 5000, Scope = RouteScope.Universe };
        FdbEntry entry = new() { Link = 7, Address = MacAddress.Parse("02:00:00:00:00:01"), Flags = NeighbourFlags.Self, Destination = IPAddress.Parse("10.0.0.1"), Port = 4790, Vni = 5, SourceVni = 6, Via = 3, Vlan = 5 };
        var tap = new Qdisc { Link = 7, Kind = new TokenBucket { BytesPerSecond = 5_000_000_000, BurstBytes = 65536, LimitBytes = 100_000 }, Parent = TrafficHandle.Root };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AddressCodec.Read(Payload(NetlinkRequests.AddAddress(address))), Is.EqualTo(address));
            Assert.That(RouteCodec.Read(Payload(NetlinkRequests.AddRoute(route))), Is.EqualTo(route));
            Assert.That(NeighbourCodec.ReadFdb(Payload(NetlinkRequests.AddFdb(entry))), Is.EqualTo(entry));
            Assert.That(((TokenBucket)TrafficControlCodec.Read(Payload(NetlinkRequests.AddQdisc(tap))).Kind).BytesPerSecond, Is.EqualTo(5_000_000_000));
        }
    }

    [Test]
    public void Attribute_is_found_by_its_offset_with_the_names_of_the_header()
    {
        NetlinkRequest request = NetlinkRequests.AddLink(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 5 } });
        int id = request.Message.ToArray().AsSpan().LastIndexOf((ReadOnlySpan<byte>)[8, 0, 1, 0, 5, 0, 0, 0]);

        Assert.That(request.AttributeAt(id), Is.EqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_VXLAN_ID"));
        Assert.That(request.AttributeAt(id + 5), Is.EqualTo("IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_VXLAN_ID"));
        Assert.That(request.AttributeAt(4), Is.Null);
    }

    [Test]
    public void Extended_acknowledgement_gives_words_attribute_and_what_is_missing()
    {
        NetlinkRequest asked = NetlinkRequests.AddLink(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 5 } });
        // struct nlmsgerr whose request is capped to its header, then attributes.
        NetlinkRequest answer = new NetlinkRequest(2, NetlinkRequestFlags.None, "answer").AddHeader(-22).AddHeader(new MessageHeader { Length = (uint)asked.Length })
            .AddString(1, "That is wrong.").AddUInt32(2, (uint)asked.Length - 4).AddUInt32(5, 3).AddUInt32(6, 32);

        NetlinkException error = ErrorReader.Read(new MessageHeader { Flags = MessageHeader.NLM_F_CAPPED | MessageHeader.NLM_F_ACK_TLVS }, Payload(answer), asked, out _)!;

        Assert.That((error.Errno, error.Kind, error.KernelMessage, error.MissingAttribute, error.Attribute, error.MissingAttributeNest),
            Is.EqualTo((22, NetlinkErrorKind.Invalid, "That is wrong.", (int?)3, "IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_VXLAN_PORT", "IFLA_IFNAME")));
        Assert.That(error.Message, Is.EqualTo(
            "RTM_NEWLINK vxlan vx0 failed: EINVAL, Invalid argument. The kernel says: That is wrong. It points at IFLA_LINKINFO/IFLA_INFO_DATA/IFLA_VXLAN_PORT. It wants attribute 3 in IFLA_IFNAME."));
    }

    [Test]
    public void Acknowledgement_may_warn_and_a_whole_request_may_come_back()
    {
        NetlinkRequest asked = NetlinkRequests.DeleteLink(3);
        NetlinkRequest ack = new NetlinkRequest(2, NetlinkRequestFlags.None, "answer").AddHeader(0).AddHeader(new MessageHeader { Length = (uint)asked.Length }).AddString(1, "Deprecated");
        NetlinkRequest whole = new NetlinkRequest(2, NetlinkRequestFlags.None, "answer").AddHeader(-19).AddHeader(new MessageHeader { Length = (uint)asked.Length }).AddHeader(default(Headers.Link)).AddString(1, "No device");

        Assert.That(ErrorReader.Read(new MessageHeader { Flags = MessageHeader.NLM_F_ACK_TLVS }, Payload(ack), asked, out string? warning), Is.Null);
        Assert.That(warning, Is.EqualTo("Deprecated"));
        Assert.That(ErrorReader.Read(new MessageHeader { Flags = MessageHeader.NLM_F_ACK_TLVS }, Payload(whole), asked, out _)!.KernelMessage, Is.EqualTo("No device"));
    }

    [TestCase(new byte[] { 1, 2, 3 }, "too few")]
    [TestCase(new byte[] { 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "8 bytes long")]
    [TestCase(new byte[] { 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "4294967295 bytes long")]
    public void Datagram_that_is_no_message_is_a_protocol_error(byte[] datagram, string what)
    {
        NetlinkException? error = null;
        try
        {
            var reader = new MessageReader(datagram);
            reader.Read();
        }
        catch (NetlinkException exception)
        {
            error = exception;
        }
        Assert.That(error, Is.Not.Null.With.Property("Kind").EqualTo(NetlinkErrorKind.Protocol).And.Message.Contains(what));
    }

    [Test]
    public void Request_that_cannot_be_is_refused_by_name()
    {
        LinkSpec bridge = new() { Name = "br0", Kind = new Bridge() };
        IPAddress four = IPAddress.Parse("10.0.0.1"), six = IPAddress.Parse("fd00::1");
        (Action Act, string What)[] refused =
        [
            (() => NetlinkRequests.AddLink(null!), "link"),
            (() => NetlinkRequests.AddLink(new LinkSpec { Name = "a" }), "Kind"),
            (() => NetlinkRequests.AddLink(bridge with { Name = "sixteen-bytes-xx" }), "at most 15 bytes"),
            (() => NetlinkRequests.AddLink(bridge with { Name = "a b" }), "white space"),
            (() => NetlinkRequests.AddLink(bridge with { Name = "a/b" }), "slash"),
            (() => NetlinkRequests.AddLink(bridge with { Name = ".." }), "'..'"),
            (() => NetlinkRequests.AddLink(bridge with { Alias = "x" }), "Alias"),
            (() => NetlinkRequests.AddLink(bridge with { Mtu = -1 }), "Mtu"),
            (() => NetlinkRequests.AddLink(bridge with { Index = 0 }), "Index"),
            (() => NetlinkRequests.AddLink(bridge with { Kind = new Tun() }), "TapDevice"),
            (() => NetlinkRequests.AddLink(bridge with { Kind = new Vxlan { Id = 1 << 24 } }), "Id"),
            (() => NetlinkRequests.AddLink(bridge with { Kind = new Vxlan { Id = 1, Local = four, Group = six } }), "both IPv4 or both IPv6"),
            (() => NetlinkRequests.AddLink(bridge with { Kind = new Vlan { Id = 4095 } }), "Id"),
            (() => NetlinkRequests.AddLink(bridge with { Kind = new Veth { Peer = new LinkSpec { Up = true } } }), "afterwards"),
            (() => NetlinkRequests.SetLink("a", new LinkSpec { Alias = new string('x', 256) }), "255 bytes"),
            (() => NetlinkRequests.SetLink(LinkId.None, new LinkSpec()), "A link is wanted"),
            (() => NetlinkRequests.SetLink("a", new LinkSpec { Index = 5 }), "does not change"),
            (() => NetlinkRequests.DeleteLink(default), "A link is wanted"),
            (() => NetlinkRequests.AddAddress(new LinkAddress { Link = 1, Address = four, PrefixLength = 33 }), "0 to 32"),
            (() => NetlinkRequests.AddAddress(new LinkAddress { Link = 1, Address = six, PrefixLength = -1 }), "0 to 128"),
            (() => NetlinkRequests.AddAddress(new LinkAddress { Link = 1, Address = four, PrefixLength = 24, Peer = six }), "same family"),
            (() => NetlinkRequests.AddAddress(new LinkAddress { Link = 1, Address = four, PrefixLength = 24, ValidLifetime = TimeSpan.FromSeconds(-1) }), "ValidLifetime"),
            (() => NetlinkRequests.AddRoute(new Route { Destination = IPNetwork.Parse("10.0.0.0/8"), NextHops = [new RouteNextHop { Weight = 257 }] }), "1 to 256"),
            (() => NetlinkRequests.AddQdisc(new Qdisc { Link = 1, Kind = new TokenBucket { BytesPerSecond = 0, BurstBytes = 1 } }), "BytesPerSecond"),
            (() => NetlinkRequests.AddFilter(new U32Filter { Link = 1, Parent = TrafficHandle.Ingress, Matches = [new U32Match { Offset = 3, Value = 0, Mask = 0 }] }), "multiple of 4"),
            (() => _ = LinkId.FromIndex(0), "index"),
            (() => _ = LinkId.FromName(""), "name"),
            (() => _ = new MacAddress(new byte[5]), "6 bytes"),
            (() => NetworkNamespace.Open("a/b"), "without a slash"),
            (() => new NetlinkRequest(1, 0, "x").EndNest(), "No nested attribute"),
            (() => new NetlinkRequest(1, 0, "x").AddBytes(1, new byte[65532]), "65531"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach ((Action act, string what) in refused)
                Assert.That(act, Throws.InstanceOf<ArgumentException>().Or.InstanceOf<InvalidOperationException>().With.Message.Contains(what), what);
        }
    }

    [Test]
    public void Every_request_reads_as_messages_of_its_kind()
    {
        foreach (NetlinkRequest request in Requests.All())
        {
            Assert.That(request.Length, Is.EqualTo(request.Message.Length).And.GreaterThan(MessageHeader.Size));
            Assert.That(() => EventReader.Read(request.Type, request.Message[MessageHeader.Size..].ToArray()), Throws.Nothing, request.Name);
        }
    }

    private static byte[] Payload(NetlinkRequest request) => request.Message[MessageHeader.Size..].ToArray();
}
