using System.Diagnostics;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class ConnectionTests
{
    [Test]
    public async Task Many_callers_share_one_connection()
    {
        await using Scene scene = await Scene.CreateAsync();
        int[] indexes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            int index = await scene.Connection.Links.AddAsync(new LinkSpec { Name = $"n{i}", Kind = new Bridge() });
            Assert.That((await scene.Connection.Links.GetAsync($"n{i}")).Index, Is.EqualTo(index));
            await scene.Connection.Links.SetAsync(index, new LinkSpec { Mtu = 1280 + i });
            if (i % 20 == 0)
                Assert.That((await scene.Connection.Links.ListAsync()).Count, Is.GreaterThan(1));
            return index;
        }));

        IReadOnlyList<Link> links = await scene.Connection.Links.ListAsync();
        Assert.That(indexes, Is.Unique);
        Assert.That(links.Where(link => link.Kind is Bridge).Select(link => (link.Name, link.Mtu)), Is.EquivalentTo(Enumerable.Range(0, 200).Select(i => ($"n{i}", 1280 + i))));
    }

    [Test]
    public async Task Cancelled_call_gives_up_the_wait_and_the_connection_goes_on()
    {
        await using Scene scene = await Scene.CreateAsync();
        using var cancelled = new CancellationTokenSource();
        Task<int>[] calls = [.. Enumerable.Range(0, 500).Select(i => scene.Connection.Links.AddAsync(new LinkSpec { Name = $"n{i}", Kind = new Ifb() }, cancelled.Token))];
        await cancelled.CancelAsync();
        int given = 0;
        foreach (Task<int> call in calls)
        {
            try
            {
                await call;
            }
            catch (OperationCanceledException)
            {
                given++;
            }
        }
        Assert.That(given, Is.Positive);
        Assert.That((await scene.Connection.Links.GetAsync("lo")).Index, Is.EqualTo(1));
        Assert.That(() => scene.Connection.Links.ListAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Deadline_ends_a_call_that_the_kernel_holds_up()
    {
        var time = new FakeTimeProvider();
        await using Scene scene = await Scene.CreateAsync(options => { options.TimeProvider = time; options.CallTimeout = TimeSpan.FromSeconds(5); });
        // Deleting links takes the kernel some 30 ms each, all of which the thread waits for.
        for (int i = 0; i < 20; i++)
            await scene.Connection.Links.AddAsync(new LinkSpec { Name = $"n{i}", Kind = new Bridge(), Up = true });
        Task deleting = scene.Connection.SendAllAsync([.. Enumerable.Range(0, 20).Select(i => NetlinkRequests.DeleteLink($"n{i}"))]);
        time.Advance(TimeSpan.FromSeconds(6));

        NetlinkException error = await Failure.OfAsync(() => deleting);
        Assert.That((error.Kind, error.Request, error.IsTransient), Is.EqualTo((NetlinkErrorKind.TimedOut, "RTM_DELLINK n0", true)));
        Assert.That((await scene.Connection.Links.ListAsync()).Select(link => link.Name), Is.EqualTo(new[] { "lo" }), "the kernel finished");
    }

    [Test]
    public async Task Disposed_connection_fails_calls_and_leaves_neither_thread_nor_descriptor()
    {
        await using Scene scene = await Scene.CreateAsync();
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < 50; i++)
        {
            await using RtnetlinkConnection each = await RtnetlinkConnection.OpenAsync(scene.Namespace);
            await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(options: new RtnetlinkOptions { Namespace = scene.Namespace });
            await each.Links.ListAsync();
        }
        Assert.That(Directory.GetFiles("/proc/self/fd"), Has.Length.LessThan(before + 40));

        RtnetlinkConnection closed = await RtnetlinkConnection.OpenAsync(scene.Namespace);
        Task<IReadOnlyList<Link>>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => closed.Links.ListAsync())];
        await closed.DisposeAsync();
        await closed.DisposeAsync();
        foreach (Task<IReadOnlyList<Link>> call in waiting)
        {
            try
            {
                Assert.That((await call).Single().Name, Is.EqualTo("lo"));
            }
            catch (ObjectDisposedException)
            {
            }
        }
        Assert.That(() => closed.Links.ListAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Tenthousand_entries_are_sent_many_at_a_time_and_read_back()
    {
        await using Scene scene = await Scene.CreateAsync();
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 7 } });
        var destination = System.Net.IPAddress.Parse("10.9.0.2");
        FdbEntry Entry(int i) => new() { Link = "vx0", Address = new MacAddress([2, 0, 0, 0, (byte)(i >> 8), (byte)i]), Destination = destination };

        IReadOnlyList<NetlinkException?> failures = await scene.Connection.SendAllAsync([.. Enumerable.Range(0, 10_000).Select(i => NetlinkRequests.AddFdb(Entry(i)))]);

        Assert.That(failures, Has.Count.EqualTo(10_000).And.All.Null);
        Assert.That((await scene.Connection.Fdb.ListAsync("vx0")).Count(each => each.Address.ToString().StartsWith("02:00:00:00", StringComparison.Ordinal)), Is.EqualTo(10_000));
    }

    [Test]
    public async Task Namespace_is_made_as_ip_netns_makes_it_and_nothing_else_changes()
    {
        Requires.Root();
        string name = Scene.NewName();
        string here = Path.GetFileName(File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name ?? "");
        using (NetworkNamespace space = await NetworkNamespace.CreateAsync(name))
        {
            Assert.That(NetworkNamespace.ListNames(), Does.Contain(name));
            Assert.That(await Command.OutputAsync("ip", ["netns", "list"]), Does.Contain(name));
            Assert.That(() => NetworkNamespace.CreateAsync(name), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.AlreadyExists));
            using Process process = await space.RunAsync(() => Process.Start(new ProcessStartInfo("ip", ["-o", "link"]) { RedirectStandardOutput = true })!);
            Assert.That((await process.StandardOutput.ReadToEndAsync()).Trim().Split('\n'), Has.Length.EqualTo(1));
            await process.WaitForExitAsync();
            using NetworkNamespace again = NetworkNamespace.Open(name);
            await using RtnetlinkConnection inside = await RtnetlinkConnection.OpenAsync(again);
            Assert.That((await inside.Links.ListAsync()).Select(link => link.Name), Is.EqualTo(new[] { "lo" }));
        }
        Assert.That(NetworkNamespace.Delete(name));
        Assert.That(NetworkNamespace.Delete(name), Is.False);
        Assert.That(await Command.OutputAsync("ip", ["netns", "list"]), Does.Not.Contain(name));
        Assert.That(Path.GetFileName(File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name ?? ""), Is.EqualTo(here));

        using NetworkNamespace unnamed = await NetworkNamespace.CreateAsync();
        await using RtnetlinkConnection there = await RtnetlinkConnection.OpenAsync(unnamed);
        await using RtnetlinkConnection outside = await RtnetlinkConnection.OpenAsync();
        string link = $"nl{Environment.ProcessId % 10000}x";
        await there.Links.AddAsync(new LinkSpec { Name = link, Kind = new Veth { Peer = new LinkSpec { Name = link + "y" } } });
        Assert.That(await outside.Links.FindAsync(link), Is.Null);
        Assert.That((await there.Links.FindAsync(link))!.Name, Is.EqualTo(link));
    }

    [Test]
    public async Task Name_that_was_left_over_is_no_namespace_and_can_be_deleted()
    {
        Requires.Root();
        string name = Scene.NewName();
        (await NetworkNamespace.CreateAsync(Scene.NewName() + "x")).Dispose();
        foreach (string made in NetworkNamespace.ListNames().Where(each => each.StartsWith($"nl{Environment.ProcessId}-", StringComparison.Ordinal) && each.EndsWith('x')))
            NetworkNamespace.Delete(made);
        await File.WriteAllTextAsync($"/var/run/netns/{name}", "");

        Assert.That(() => NetworkNamespace.Open(name), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.Invalid).And.Message.Contains("can be deleted"));
        Assert.That(NetworkNamespace.Delete(name));
        Assert.That(() => NetworkNamespace.Open(name), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.NotFound));
    }

    [Test]
    public async Task Namespaces_are_made_by_several_processes_and_threads_at_once()
    {
        Requires.Root();
        string[] names = [.. Enumerable.Range(0, 12).Select(_ => Scene.NewName())];
        int mounts = File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains(" /run/netns ", StringComparison.Ordinal));
        NetworkNamespace[] made = await Task.WhenAll(names.Select(async (name, index) =>
        {
            if (index % 2 == 0)
                return await NetworkNamespace.CreateAsync(name);
            await Command.OutputAsync("ip", ["netns", "add", name]);
            return NetworkNamespace.Open(name);
        }));
        foreach (NetworkNamespace each in made)
        {
            Assert.That(NetworkNamespace.Delete(each.Description));
            each.Dispose();
        }
        Assert.That(File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains(" /run/netns ", StringComparison.Ordinal)), Is.LessThanOrEqualTo(Math.Max(mounts, 1)));
    }

    [Test]
    public async Task No_thread_is_left_in_another_namespace_although_the_pool_grows_meanwhile()
    {
        await using Scene scene = await Scene.CreateAsync();
        using var hold = new ManualResetEventSlim();
        // The pool's threads are all held up, so that each completion below has it make another.
        Task[] held = [.. Enumerable.Range(0, Environment.ProcessorCount * 2).Select(_ => Task.Run(() => hold.Wait()))];
        for (int i = 0; i < 30; i++)
        {
            await using RtnetlinkConnection connection = await RtnetlinkConnection.OpenAsync(scene.Namespace);
            await using RtnetlinkMonitor monitor = await RtnetlinkMonitor.OpenAsync(options: new RtnetlinkOptions { Namespace = scene.Namespace });
            await connection.Links.ListAsync();
            using Process process = await scene.Namespace.RunAsync(() => Process.Start("/bin/true"));
            await process.WaitForExitAsync();
            (await NetworkNamespace.CreateAsync()).Dispose();
        }
        hold.Set();
        await Task.WhenAll(held);

        // Threads of other tests are elsewhere for moments only.
        List<string> elsewhere = [];
        for (int attempt = 0; attempt < 100; attempt++)
        {
            elsewhere = [.. Elsewhere()];
            if (elsewhere.Count == 0)
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"left in another namespace: {string.Join(", ", elsewhere)}");
    }

    private static IEnumerable<string> Elsewhere()
    {
        string? own = File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            string? where = null, name = null;
            try
            {
                where = File.ResolveLinkTarget($"{thread}/ns/net", false)?.Name;
                name = File.ReadAllText($"{thread}/comm").Trim();
            }
            catch (IOException)
            {
            }
            if (where is not null && where != own)
                yield return $"{name} {where}";
        }
    }

    [Test]
    public void Option_is_named_when_no_connection_can_have_it()
    {
        Assert.That(() => RtnetlinkConnection.OpenAsync(new RtnetlinkOptions { CallTimeout = TimeSpan.Zero }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("CallTimeout"));
        Assert.That(() => RtnetlinkConnection.OpenAsync(new RtnetlinkOptions { DumpAttempts = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("DumpAttempts"));
        Assert.That(() => RtnetlinkConnection.OpenAsync(new RtnetlinkOptions { ReceiveBufferSize = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("ReceiveBufferSize"));
        Assert.That(() => RtnetlinkMonitor.OpenAsync(options: new RtnetlinkOptions { EventBufferCapacity = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("EventBufferCapacity"));
        Assert.That(() => RtnetlinkMonitor.OpenAsync(RtnetlinkGroups.None), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("groups"));
        Assert.That(() => RtnetlinkConnection.OpenAsync((NetworkNamespace)null!), Throws.ArgumentNullException);
    }
}
