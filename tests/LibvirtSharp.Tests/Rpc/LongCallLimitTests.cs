using System.Collections.Concurrent;
using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Rpc;

internal sealed class LongCallLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Calls_that_take_long_are_four_at_a_time_and_the_next_comes_when_one_is_answered()
    {
        await using var server = new FakeServer();
        var held = new BlockingCollection<FakeCall>();
        server.On(RemoteProcedure.DomainRestoreFlags, call => Task.Run(() => held.Add(call)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        List<Task> restoring = [.. Enumerable.Range(0, 6).Select(i => connection.RestoreDomainAsync($"/{i}"))];
        List<FakeCall> came = [Next(held), Next(held), Next(held), Next(held)];
        // Others are not held up, and when this one is answered a fifth would have been there before it.
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
        server.On(RemoteProcedure.StorageVolDelete, call => call.ReplyAsync());
        await new StorageVolume(connection, new StorageVolRef { Pool = "p", Name = "v", Key = "k" }).DeleteAsync();
        LibvirtException agent = await Failure.OfAsync(() => new Domain(connection, new DomainRef { Name = "d" }).QemuAgentCommandAsync("{}"));
        Assert.That(agent.Code, Is.EqualTo(LibvirtErrorCode.NoSupport), "it was sent");
        await using LibvirtConnection other = await server.ConnectAsync();
        LibvirtException late = await Failure.OfAsync(() => new Domain(connection.WithTimeout(TimeSpan.FromMilliseconds(50)), new DomainRef { Name = "d" }).MigrateAsync(other));
        Assert.That((late.Code, late.Procedure), Is.EqualTo((LibvirtErrorCode.OperationTimeout, "DomainMigrateBegin3Params")));
        Assert.That(held, Is.Empty);
        for (int i = 0; i < 6; i++)
        {
            await came[i].ReplyAsync();
            if (came.Count < 6)
                came.Add(Next(held));
        }
        await Task.WhenAll(restoring).WaitAsync(Patience);
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Start_waits_for_its_turn_only_when_it_moves_saved_memory(int saved, bool atOnce)
    {
        await using var server = new FakeServer();
        var held = new BlockingCollection<FakeCall>();
        server.On(RemoteProcedure.DomainRestoreFlags, call => Task.Run(() => held.Add(call)));
        server.On(RemoteProcedure.DomainHasManagedSaveImage, call => call.ReplyAsync(w => w.Int(saved)));
        server.On(RemoteProcedure.DomainCreateWithFlags, call => call.ReplyAsync(w => new DomainRef { Name = "d" }.Write(w)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        List<Task> restoring = [.. Enumerable.Range(0, 4).Select(i => connection.RestoreDomainAsync($"/{i}"))];
        List<FakeCall> came = [Next(held), Next(held), Next(held), Next(held)];
        Task starting = new Domain(connection, new DomainRef { Name = "d" }).StartAsync();
        if (atOnce)
            await starting.WaitAsync(Patience);
        // Nothing that is sent at once is answered before what was sent before it.
        for (int i = 0; i < 3; i++)
            await connection.GetHostnameAsync();
        Assert.That(starting.IsCompleted, Is.EqualTo(atOnce));
        foreach (FakeCall call in came)
            await call.ReplyAsync();
        await Task.WhenAll([.. restoring, starting]).WaitAsync(Patience);
    }

    [Test]
    public async Task Call_that_nobody_waits_for_has_its_turn_until_it_is_answered()
    {
        await using var server = new FakeServer();
        var held = new BlockingCollection<FakeCall>();
        server.On(RemoteProcedure.DomainRestoreFlags, call => Task.Run(() => held.Add(call)));
        await using LibvirtConnection connection = await server.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        List<Task> restoring = [.. Enumerable.Range(0, 4).Select(i => connection.RestoreDomainAsync($"/{i}", cancellationToken: cancel.Token))];
        List<FakeCall> came = [Next(held), Next(held), Next(held), Next(held)];
        await cancel.CancelAsync();
        foreach (Task each in restoring)
            await Assert.CatchAsync<OperationCanceledException>(() => each.WaitAsync(Patience));
        Task next = connection.RestoreDomainAsync("/next");
        await using LibvirtConnection other = await server.ConnectAsync();
        LibvirtException late = await Failure.OfAsync(() => connection.WithTimeout(TimeSpan.FromMilliseconds(50)).RestoreDomainAsync("/late"));
        Assert.That((late.Code, late.Procedure), Is.EqualTo((LibvirtErrorCode.OperationTimeout, "DomainRestoreFlags")));
        Assert.That(held, Is.Empty);
        await came[0].ReplyAsync();
        await Next(held).ReplyAsync();
        await next.WaitAsync(Patience);
    }

    [Test]
    public async Task Lost_connection_fails_those_that_wait_for_their_turn()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.DomainRestoreFlags, _ => Task.CompletedTask);
        await using LibvirtConnection connection = await server.ConnectAsync();
        List<Task> restoring = [.. Enumerable.Range(0, 6).Select(i => connection.RestoreDomainAsync($"/{i}"))];
        await connection.GetHostnameAsync();
        server.DropAll();
        foreach (Task each in restoring)
            Assert.That((await Failure.OfAsync(() => each.WaitAsync(Patience))).IsConnectionLost, Is.True);
    }

    private static FakeCall Next(BlockingCollection<FakeCall> held) =>
        held.TryTake(out FakeCall? next, Patience) ? next : throw new TimeoutException("No call came.");
}
