using System.Net;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class MonitorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Events_tell_what_happens_in_its_order()
    {
        await using Scene scene = await Scene.CreateAsync();
        await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(RtnetlinkGroups.All, new RtnetlinkOptions { Namespace = scene.Namespace });
        int index = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge(), Up = true });
        var address = new LinkAddress { Link = index, Address = IPAddress.Parse("10.1.0.1"), PrefixLength = 24 };
        await scene.Connection.Addresses.AddAsync(address);
        var neighbour = new Neighbour { Link = index, Address = IPAddress.Parse("10.1.0.7"), LinkLayerAddress = MacAddress.Parse("02:00:00:00:00:07") };
        await scene.Connection.Neighbours.AddAsync(neighbour);
        await scene.Connection.Neighbours.DeleteAsync(neighbour);
        await scene.Connection.Addresses.DeleteAsync(address);
        await scene.Connection.Links.DeleteAsync(index);

        List<RtnetlinkEvent> events = await TakeUntilAsync(monitor, each => each is LinkDeleted);

        RtnetlinkEvent[] told =
        [
            events.First(each => each is LinkChanged { Link.Name: "br0" }),
            events.First(each => each is AddressChanged changed && changed.Address.Address.Equals(address.Address)),
            events.First(each => each is RouteChanged { Route.Protocol: Route.KernelProtocol } changed && changed.Route.Destination == IPNetwork.Parse("10.1.0.0/24")),
            events.First(each => each is NeighbourChanged changed && changed.Neighbour == neighbour),
            events.First(each => each is NeighbourDeleted deleted && deleted.Neighbour.Address.Equals(neighbour.Address)),
            events.First(each => each is AddressDeleted deleted && deleted.Address.Address.Equals(address.Address)),
            events.First(each => each is LinkDeleted { Link.Name: "br0" }),
        ];
        Assert.That(told.Select(each => events.IndexOf(each)), Is.Ordered);
    }

    [Test]
    public async Task Forwarding_entries_and_only_the_groups_that_are_wanted_are_told()
    {
        await using Scene scene = await Scene.CreateAsync();
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 7 } });
        await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(RtnetlinkGroups.Neighbours, new RtnetlinkOptions { Namespace = scene.Namespace });
        var entry = new FdbEntry { Link = "vx0", Address = MacAddress.Parse("02:00:00:00:00:07"), Destination = IPAddress.Parse("10.9.0.2") };
        await scene.Connection.Links.SetAsync("vx0", new LinkSpec { Mtu = 1400 });
        await scene.Connection.Fdb.AddAsync(entry);
        await scene.Connection.Fdb.DeleteAsync(entry);

        List<RtnetlinkEvent> events = await TakeUntilAsync(monitor, each => each is FdbDeleted);

        Assert.That(events.Select(each => each.GetType()), Is.EqualTo(new[] { typeof(FdbChanged), typeof(FdbDeleted) }));
        Assert.That(((FdbChanged)events[0]).Entry.Destination, Is.EqualTo(entry.Destination));
    }

    [Test]
    public async Task Overflow_under_ten_thousand_changes_a_second_is_told_behind_what_came_whole_and_the_state_read_then_is_right()
    {
        await using Scene scene = await Scene.CreateAsync();
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 7 } });
        await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(
            RtnetlinkGroups.Neighbours, new RtnetlinkOptions { Namespace = scene.Namespace, ReceiveBufferSize = 64 << 10, EventBufferCapacity = 16 });

        // The link is renamed and moved to another namespace and back meanwhile, which its index outlives.
        int index = (await scene.Connection.Links.GetAsync("vx0")).Index;
        const int changes = 20_000;
        long began = TimeProvider.System.GetTimestamp();
        for (int first = 0; first < changes; first += 2000)
        {
            IReadOnlyList<NetlinkException?> failures = await scene.Connection.SendAllAsync([.. Enumerable.Range(first, 2000).Select(i => NetlinkRequests.AddFdb(Entry(index, i)))]);
            Assert.That(failures, Is.All.Null);
            await scene.Connection.Links.SetAsync(index, new LinkSpec { Name = $"vx{first}" });
        }
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        TestContext.Out.WriteLine($"{changes / took.TotalSeconds:0} changes a second");

        List<RtnetlinkEvent> events = await TakeUntilAsync(monitor, each => each is RtnetlinkOverflow);
        IReadOnlyList<FdbEntry> state = await scene.Connection.Fdb.ListAsync(index);

        Assert.That(events.Count, Is.LessThan(changes));
        Assert.That(events.SkipLast(1).Select(each => ((FdbChanged)each).Entry.Address), Is.EqualTo(Enumerable.Range(0, events.Count - 1).Select(i => Entry(index, i).Address)), "nothing is missing before the overflow");
        Assert.That(state.Count(each => each.Destination is not null), Is.EqualTo(changes));
        // The monitor goes on.
        await scene.Connection.Fdb.DeleteAsync(Entry(index, 5));
        events = await TakeUntilAsync(monitor, each => each is FdbDeleted);
        Assert.That(((FdbDeleted)events[^1]).Entry.Address, Is.EqualTo(Entry(index, 5).Address));
    }

    [Test]
    public async Task Dumps_are_whole_while_links_are_renamed_and_moved_between_namespaces()
    {
        await using Scene scene = await Scene.CreateAsync();
        NetworkNamespace other = await scene.AnotherAsync();
        await using RtnetlinkConnection there = await RtnetlinkConnection.OpenAsync(other);
        for (int i = 0; i < 60; i++)
            await scene.Connection.Links.AddAsync(new LinkSpec { Name = $"keep{i}", Kind = new Ifb() });
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "wander", Kind = new Veth { Peer = new LinkSpec { Name = "w1" } } });
        await using RtnetlinkConnection changer = await RtnetlinkConnection.OpenAsync(scene.Namespace);
        using var stop = new CancellationTokenSource();
        Task changing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                await changer.Links.SetAsync("wander", new LinkSpec { Name = $"w{i}x", Namespace = other });
                await there.Links.SetAsync($"w{i}x", new LinkSpec { Name = "wander", Namespace = scene.Namespace });
                await changer.Links.SetAsync($"keep{i % 60}", new LinkSpec { Name = "renamed" });
                await changer.Links.SetAsync("renamed", new LinkSpec { Name = $"keep{i % 60}" });
            }
        });
        try
        {
            for (int round = 0; round < LimiQuantix.Testing.Soak.Rounds(40, 2000); round++)
            {
                IReadOnlyList<Link> links = await scene.Connection.Links.ListAsync();
                Assert.That(links.Count(link => link.Kind is Ifb), Is.EqualTo(60));
                Assert.That(links.Select(link => link.Index), Is.Unique);
                Assert.That(links.Count(link => link.Name.StartsWith("keep", StringComparison.Ordinal) || link.Name == "renamed"), Is.EqualTo(60));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await changing;
        }
    }

    [Test]
    public async Task Enumeration_ends_when_the_monitor_is_disposed_or_the_token_cancelled()
    {
        await using Scene scene = await Scene.CreateAsync();
        RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(options: new RtnetlinkOptions { Namespace = scene.Namespace, EventBufferCapacity = 1 });
        using var cancelled = new CancellationTokenSource(50);
        Assert.That(async () => { await foreach (RtnetlinkEvent _ in monitor.WithCancellation(cancelled.Token)) { } }, Throws.InstanceOf<OperationCanceledException>());

        // Its thread waits for room in the full buffer.
        for (int i = 0; i < 20; i++)
            await scene.Connection.Links.AddAsync(new LinkSpec { Name = $"b{i}", Kind = new Bridge() });
        await monitor.DisposeAsync();
        int left = 0;
        await foreach (RtnetlinkEvent _ in monitor)
            left++;
        Assert.That(left, Is.LessThanOrEqualTo(1));
        await monitor.DisposeAsync();
    }

    private static FdbEntry Entry(int link, int number) => new()
    {
        Link = link,
        Address = new MacAddress([2, 0, 0, (byte)(number >> 16), (byte)(number >> 8), (byte)number]),
        Destination = IPAddress.Parse("10.9.0.2"),
    };

    private static async Task<List<RtnetlinkEvent>> TakeUntilAsync(RtnetlinkMonitor monitor, Func<RtnetlinkEvent, bool> last)
    {
        var events = new List<RtnetlinkEvent>();
        using var deadline = new CancellationTokenSource(Patience);
        await foreach (RtnetlinkEvent next in monitor.WithCancellation(deadline.Token))
        {
            events.Add(next);
            if (last(next))
                break;
        }
        return events;
    }
}
