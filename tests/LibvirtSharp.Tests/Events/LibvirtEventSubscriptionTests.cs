using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Events;

internal sealed class LibvirtEventSubscriptionTests
{
    [Test]
    public async Task Full_buffer_keeps_the_oldest_and_tells_how_many_were_dropped()
    {
        await using FakeServer server = Server();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, new() { Capacity = 3 });
        for (int i = 0; i < 10; i++)
            await server.Session.SendLifecycleAsync(7, $"d{i}", DomainEventType.Started);
        await connection.GetHostnameAsync(); // all were received before its answer

        var seen = new List<string>();
        await foreach (LibvirtEvent next in events)
        {
            if (next is DomainLifecycleEvent lifecycle)
            {
                seen.Add(lifecycle.Domain.Name);
            }
            else if (next is ResyncEvent { Reason: LibvirtResyncReason.Overflow } resync)
            {
                seen.Add($"dropped {resync.Dropped}");
                await server.Session.SendLifecycleAsync(7, "later", DomainEventType.Started);
            }
            if (seen[^1] == "later")
                break;
        }
        Assert.That(seen, Is.EqualTo(new[] { "d0", "d1", "d2", "dropped 7", "later" }));
    }

    [Test]
    public async Task Event_that_overtakes_the_registrations_answer_is_not_lost()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, async call =>
        {
            await call.Session.SendLifecycleAsync(9, "early", DomainEventType.Started);
            await call.ReplyAsync(w => w.Int(9));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        DomainLifecycleEvent first = await Waiting.FirstAsync<DomainLifecycleEvent>(events, _ => true);
        Assert.That(first.Domain.Name, Is.EqualTo("early"));
    }

    [Test]
    public async Task Consumer_may_call_libvirt_between_events()
    {
        await using FakeServer server = Server();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        for (int i = 0; i < 50; i++)
            await server.Session.SendLifecycleAsync(7, "d", DomainEventType.Started);
        int calls = 0;
        await Waiting.FirstAsync<DomainLifecycleEvent>(Calling(events), _ => ++calls == 50);
        Assert.That(calls, Is.EqualTo(50));

        async IAsyncEnumerable<LibvirtEvent> Calling(LibvirtEventSubscription subscription)
        {
            await foreach (LibvirtEvent next in subscription)
            {
                await connection.GetHostnameAsync();
                yield return next;
            }
        }
    }

    [Test]
    public async Task Unknown_kind_of_event_is_ignored()
    {
        await using FakeServer server = Server();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await server.Session.SendEventAsync((RemoteProcedure)900, w => w.Int(1));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Disposed_subscription_ends_and_is_taken_back()
    {
        await using FakeServer server = Server();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(call.Payload[3])));
        var taken = new TaskCompletionSource();
        server.On(RemoteProcedure.ConnectDomainEventCallbackDeregisterAny, async call =>
        {
            await call.ReplyAsync();
            taken.SetResult();
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await events.DisposeAsync();
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await foreach (LibvirtEvent _ in events)
            Assert.Fail("nothing was sent");
    }

    [Test]
    public async Task Waiting_events_are_bounded_in_bytes()
    {
        await using FakeServer server = Server();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        string name = new string('d', 4_000_000);
        for (int i = 0; i < 10; i++)
            await server.Session.SendLifecycleAsync(7, name, DomainEventType.Started);
        await connection.GetHostnameAsync(); // all were received before its answer

        int seen = 0;
        long dropped = 0;
        await Waiting.FirstAsync<LibvirtEvent>(events, next =>
        {
            if (next is ResyncEvent { Reason: LibvirtResyncReason.Overflow } resync)
                dropped = resync.Dropped;
            else
                seen++;
            return dropped > 0;
        });
        Assert.That((seen, dropped), Is.EqualTo((8, 2L)), "32 MiB");
        await server.Session.SendLifecycleAsync(7, "later", DomainEventType.Started);
        await Waiting.FirstAsync<DomainLifecycleEvent>(events, next => next.Domain.Name == "later");
    }

    [Test]
    public async Task Subscription_is_told_when_more_events_overtook_its_registration_than_are_kept()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, async call =>
        {
            for (int i = 0; i < 1030; i++)
                await call.Session.SendLifecycleAsync(9, "early", DomainEventType.Started);
            await call.ReplyAsync(w => w.Int(9));
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, new() { Capacity = 5000 });
        int seen = 0;
        LibvirtEvent notice = await Waiting.FirstAsync<LibvirtEvent>(events, next =>
        {
            if (next is DomainLifecycleEvent)
                seen++;
            return next is ResyncEvent;
        });
        Assert.That((seen, notice), Is.EqualTo((1024, new ResyncEvent { Reason = LibvirtResyncReason.Overflow, Dropped = 6 })));
    }

    private static FakeServer Server()
    {
        var server = new FakeServer();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(7)));
        server.On(RemoteProcedure.ConnectDomainEventCallbackDeregisterAny, call => call.ReplyAsync());
        return server;
    }
}
