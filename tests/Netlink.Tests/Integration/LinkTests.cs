using System.Net;
using System.Text.Json;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class LinkTests
{
    [Test]
    public async Task Links_of_every_kind_are_made_and_read_back()
    {
        await using Scene scene = await Scene.CreateAsync();
        LinkOperations links = scene.Connection.Links;
        int bridge = await links.AddAsync(new LinkSpec { Name = "br0", Up = true, Kind = new Bridge { AgeingTime = TimeSpan.FromSeconds(60), MulticastSnooping = false } });
        int vxlan = await links.AddAsync(new LinkSpec
        {
            Name = "vx0",
            Mtu = 1400,
            Master = bridge,
            Kind = new Vxlan { Id = 100, Local = IPAddress.Parse("10.9.9.1"), Learning = false, TimeToLive = 7 },
        });
        int veth = await links.AddAsync(new LinkSpec
        {
            Name = "a0",
            Kind = new Veth { Peer = new LinkSpec { Name = "b0", Address = MacAddress.Parse("02:00:00:00:00:0b") } },
        });
        int macvlan = await links.AddAsync(new LinkSpec { Name = "mv0", Kind = new Macvlan { Parent = "a0", Mode = MacvlanMode.Bridge } });
        int ifb = await links.AddAsync(new LinkSpec { Name = "ifb7", Kind = new Ifb(), Alias = "shaping", Group = 5 });

        IReadOnlyList<Link> all = await links.ListAsync();
        Link Find(int index) => all.Single(link => link.Index == index);

        Assert.That(all.Select(link => link.Name), Is.EquivalentTo(new[] { "lo", "br0", "vx0", "a0", "b0", "mv0", "ifb7" }));
        Assert.That(Find(bridge).Kind, Is.InstanceOf<Bridge>().With.Property(nameof(Bridge.AgeingTime)).EqualTo(TimeSpan.FromSeconds(60)).And.Property(nameof(Bridge.MulticastSnooping)).False);
        Assert.That(Find(bridge).IsUp);
        Assert.That(Find(vxlan), Has.Property(nameof(Link.Mtu)).EqualTo(1400).And.Property(nameof(Link.MasterIndex)).EqualTo(bridge));
        var options = (Vxlan)Find(vxlan).Kind!;
        Assert.That((options.Id, options.Port, options.Local, options.Learning, options.TimeToLive), Is.EqualTo((100u, (ushort?)4789, IPAddress.Parse("10.9.9.1"), (bool?)false, (byte?)7)));
        Assert.That(Find(vxlan).BridgePort, Is.Not.Null.With.Property(nameof(BridgePort.Learning)).True);
        Link peer = all.Single(link => link.Name == "b0");
        Assert.That((peer.ParentIndex, peer.Address, peer.IsUp), Is.EqualTo(((int?)veth, (MacAddress?)MacAddress.Parse("02:00:00:00:00:0b"), false)));
        Assert.That(Find(macvlan).Kind, Is.EqualTo(new Macvlan { Mode = MacvlanMode.Bridge }));
        Assert.That((Find(ifb).Alias, Find(ifb).Group, Find(ifb).Kind), Is.EqualTo(("shaping", 5u, (LinkKind)new Ifb())));
    }

    [Test]
    public async Task Change_leaves_what_it_does_not_name()
    {
        await using Scene scene = await Scene.CreateAsync();
        LinkOperations links = scene.Connection.Links;
        await links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge() });
        await links.AddAsync(new LinkSpec { Name = "p0", Master = "br0", Up = true, Alias = "first", Kind = new Veth() });

        await links.SetBridgePortAsync("p0", new BridgePort { Learning = false, NeighbourSuppression = true, Isolated = true });
        await links.SetAsync("p0", new LinkSpec { Mtu = 1300, Up = true, TransmitQueueLength = 0 });
        await links.SetAsync("br0", new LinkSpec { Kind = new Bridge { GroupForwardMask = 8 } });
        await links.AddAlternativeNameAsync("p0", "a-name-longer-than-fifteen-bytes");
        Link port = await links.GetAsync("a-name-longer-than-fifteen-bytes");

        Assert.That((port.Name, port.Alias, port.Mtu, port.IsUp, port.MasterIndex is not null), Is.EqualTo(("p0", "first", 1300, true, true)));
        Assert.That(port.TransmitQueueLength, Is.Zero);
        Assert.That(port.AlternativeNames, Is.EqualTo(new[] { "a-name-longer-than-fifteen-bytes" }));
        Assert.That((port.BridgePort!.Learning, port.BridgePort.NeighbourSuppression, port.BridgePort.Isolated, port.BridgePort.UnicastFlood), Is.EqualTo(((bool?)false, (bool?)true, (bool?)true, (bool?)true)));
        Assert.That(((Bridge)(await links.GetAsync("br0")).Kind!).GroupForwardMask, Is.EqualTo(8));
        JsonElement seen = (await scene.BridgeJsonAsync("-j -d link show dev p0")).Single();
        Assert.That((seen.GetProperty("learning").GetBoolean(), seen.GetProperty("neigh_suppress").GetBoolean(), seen.GetProperty("isolated").GetBoolean()), Is.EqualTo((false, true, true)));

        await links.SetAsync("p0", new LinkSpec { Master = LinkId.None, Name = "p1", Alias = "", Up = false });
        port = await links.GetAsync(port.Index);
        Assert.That((port.Name, port.Alias, port.MasterIndex, port.IsUp, port.BridgePort), Is.EqualTo(("p1", (string?)null, (int?)null, false, (BridgePort?)null)));
        await links.DeleteAsync(port.Index);
        Assert.That(await links.FindAsync(port.Index), Is.Null);
    }

    [Test]
    public async Task Link_is_numbered_or_given_the_index_that_is_asked_for()
    {
        await using Scene scene = await Scene.CreateAsync();
        int first = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "p%d", Kind = new Bridge() });
        int second = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "p%d", Kind = new Bridge() });
        int chosen = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "q", Index = 4711, Kind = new Bridge() });

        Assert.That(((await scene.Connection.Links.GetAsync(first)).Name, (await scene.Connection.Links.GetAsync(second)).Name), Is.EqualTo(("p0", "p1")));
        Assert.That((chosen, (await scene.Connection.Links.GetAsync("q")).Index), Is.EqualTo((4711, 4711)));
    }

    [Test]
    public async Task Statistics_count_what_a_link_received_and_sent()
    {
        await using Scene scene = await Scene.CreateAsync();
        await scene.Connection.Links.SetAsync("lo", new LinkSpec { Up = true });
        await scene.RunAsync("ping", "-c", "3", "-i", "0.01", "127.0.0.1");

        Link lo = (await scene.Connection.Links.ListAsync()).Single();

        Assert.That(lo.Statistics, Is.Not.Null);
        Assert.That((lo.Statistics!.ReceivedPackets, lo.Statistics.SentBytes), Is.EqualTo((6ul, 6ul * 84)));
    }
}
