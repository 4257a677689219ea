using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LibvirtSharp.Tests.Rpc;

internal sealed class ReconnectTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Lost_connection_is_opened_again_and_events_resume_after_a_resync()
    {
        await using var server = new FakeServer();
        int callback = 6;
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(++callback)));
        await using LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await server.Session.SendLifecycleAsync(7, "before", DomainEventType.Started);
        await connection.GetHostnameAsync(); // the event was received before its answer

        await server.StopAsync();
        await Waiting.UntilAsync(async () =>
        {
            try
            {
                await connection.GetHostnameAsync();
                return false;
            }
            catch (LibvirtException error)
            {
                Assert.That(error.IsTransient && error.IsConnectionLost, Is.True, error.Message);
                return true;
            }
        });
        server.Start();

        await using IAsyncEnumerator<LibvirtEvent> read = events.GetAsyncEnumerator();
        await read.MoveNextAsync().AsTask().WaitAsync(Patience);
        Assert.That(((DomainLifecycleEvent)read.Current).Domain.Name, Is.EqualTo("before"));
        await read.MoveNextAsync().AsTask().WaitAsync(Patience);
        Assert.That(read.Current, Is.EqualTo(new ResyncEvent { Reason = LibvirtResyncReason.Reconnected }));
        await server.Session.SendLifecycleAsync(callback, "after", DomainEventType.Stopped);
        await read.MoveNextAsync().AsTask().WaitAsync(Patience);
        Assert.That(((DomainLifecycleEvent)read.Current).Domain.Name, Is.EqualTo("after"));
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
        Assert.That(connection.Closed.IsCompleted, Is.False);
    }

    [Test]
    public async Task Disposal_is_what_ended_the_connection_when_it_is_disposed_during_an_outage()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(7)));
        LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using IAsyncEnumerator<LibvirtEvent> read = events.GetAsyncEnumerator();
        Task<bool> next = read.MoveNextAsync().AsTask();
        await server.StopAsync();
        await Waiting.UntilAsync(async () => !await WorksAsync(connection));
        await connection.DisposeAsync();
        Assert.That((await connection.Closed.WaitAsync(Patience)).Message, Does.Contain("disposed"));
        LibvirtException ended = await Failure.OfAsync(() => next.WaitAsync(Patience));
        Assert.That(ended.IsTransient, Is.False, ended.Message);
    }

    [Test]
    public async Task Subscription_that_is_refused_after_a_reconnection_ends_alone()
    {
        await using var server = new FakeServer();
        bool refuse = false;
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(7)));
        server.On(RemoteProcedure.ConnectNetworkEventRegisterAny, call =>
            Volatile.Read(ref refuse) ? call.FailAsync(LibvirtErrorCode.NoSupport, "no networks any more") : call.ReplyAsync(w => w.Int(8)));
        await using LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        await using LibvirtEventSubscription domains = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using LibvirtEventSubscription networks = await connection.SubscribeAsync([LibvirtEventKind.DomainLifecycle, LibvirtEventKind.NetworkLifecycle]);
        Volatile.Write(ref refuse, true);
        server.DropAll();

        await Waiting.FirstAsync<ResyncEvent>(domains, resync => resync.Reason == LibvirtResyncReason.Reconnected);
        LibvirtException refusal = await Failure.OfAsync(() => Waiting.FirstAsync<ResyncEvent>(networks, _ => true));
        Assert.That((refusal.Code, refusal.IsConnectionLost), Is.EqualTo((LibvirtErrorCode.NoSupport, false)), refusal.Message);
        await server.Session.SendLifecycleAsync(7, "after", DomainEventType.Started);
        await Waiting.FirstAsync<DomainLifecycleEvent>(domains, next => next.Domain.Name == "after");
        Assert.That(await connection.GetHostnameAsync(), Is.EqualTo("fake"));
    }

    [Test]
    public async Task Refusal_that_may_pass_fails_the_attempt_and_no_subscription()
    {
        await using var server = new FakeServer();
        int refusals = 0;
        server.On(RemoteProcedure.ConnectNetworkEventRegisterAny, call =>
            Interlocked.Decrement(ref refusals) >= 0 ? call.FailAsync(LibvirtErrorCode.ResourceBusy, "not now") : call.ReplyAsync(w => w.Int(8)));
        await using LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        await using LibvirtEventSubscription networks = await connection.SubscribeAsync(LibvirtEventKind.NetworkLifecycle);
        Volatile.Write(ref refusals, 2);
        server.DropAll();
        await Waiting.FirstAsync<ResyncEvent>(networks, resync => resync.Reason == LibvirtResyncReason.Reconnected);
        Assert.That(Volatile.Read(ref refusals), Is.LessThan(0));
    }

    [Test]
    public async Task Subscribing_during_an_outage_fails_at_once_though_another_has_the_kind()
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, call => call.ReplyAsync(w => w.Int(7)));
        await using LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await server.StopAsync();
        await Waiting.UntilAsync(async () =>
        {
            try
            {
                // Until the end is noticed it is as if it had come a moment later.
                await using LibvirtEventSubscription second = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
                return false;
            }
            catch (LibvirtException error)
            {
                Assert.That(error.IsTransient && error.IsConnectionLost, Is.True, error.Message);
                Assert.That(error.Procedure, Is.EqualTo(nameof(RemoteProcedure.ConnectDomainEventCallbackRegisterAny)));
                return true;
            }
        });
        server.Start();
        await Waiting.FirstAsync<ResyncEvent>(events, resync => resync.Reason == LibvirtResyncReason.Reconnected);
    }

    [Test]
    public async Task Subscription_disposed_while_it_is_registered_again_is_taken_back()
    {
        await using var server = new FakeServer();
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var taken = new TaskCompletionSource();
        int callback = 6;
        server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, async call =>
        {
            if (call.Payload[3] == (int)LibvirtEventKind.DomainReboot)
            {
                await call.ReplyAsync(w => w.Int(1));
                return;
            }
            if (++callback > 7)
            {
                asked.SetResult();
                await answer.Task.WaitAsync(Patience);
            }
            await call.ReplyAsync(w => w.Int(callback));
        });
        server.On(RemoteProcedure.ConnectDomainEventCallbackDeregisterAny, async call =>
        {
            await call.ReplyAsync();
            taken.SetResult();
        });
        await using LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        server.DropAll();
        await asked.Task.WaitAsync(Patience);
        ValueTask disposal = events.DisposeAsync();
        answer.SetResult();
        await disposal.AsTask().WaitAsync(Patience);
        await taken.Task.WaitAsync(Patience);
        await Waiting.FirstAsync<ResyncEvent>(other, resync => resync.Reason == LibvirtResyncReason.Reconnected);
    }

    [Test]
    public async Task Reconnection_is_given_up_after_the_last_attempt()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            Reconnecting(options);
            options.Reconnect!.MaxAttempts = 2;
        });
        await using LibvirtEventSubscription events = await connection.SubscribeAsync([]);
        await server.StopAsync();
        LibvirtException reason = await connection.Closed.WaitAsync(Patience);
        Assert.That(reason.IsTransient, Is.False);
        await Failure.OfAsync(async () =>
        {
            await foreach (LibvirtEvent _ in events)
                Assert.Fail("no event was sent");
        });
        // Whoever tries again while it is transient comes to an end.
        LibvirtException later = await Failure.OfAsync(() => connection.GetHostnameAsync());
        Assert.That((later.IsConnectionLost, later.IsTransient), Is.EqualTo((true, false)), later.Message);
        server.Start();
    }

    [Test]
    public async Task Nothing_is_waited_for_after_the_last_attempt()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            // Its time stands still.
            options.TimeProvider = new FakeTimeProvider();
            options.Reconnect = new LibvirtReconnectOptions { MaxAttempts = 1 };
        });
        await server.StopAsync();
        await connection.Closed.WaitAsync(Patience);
        server.Start();
    }

    [Test]
    public async Task Connection_that_is_lost_again_at_once_counts_as_a_failed_attempt()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.Reconnect = new LibvirtReconnectOptions
        {
            FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromHours(1), MaxAttempts = 3,
        });
        // The last thing that is asked when a connection is opened is a feature.
        int asked = 0;
        server.On(RemoteProcedure.ConnectSupportsFeature, async call =>
        {
            await call.ReplyAsync(w => w.Int(1));
            Interlocked.Increment(ref asked);
            call.Session.Close();
        });
        server.DropAll();
        await connection.Closed.WaitAsync(Patience);
        Assert.That(asked, Is.EqualTo(3));
    }

    [Test]
    public async Task Attempts_count_anew_after_a_connection_that_lived()
    {
        await using var server = new FakeServer();
        var time = new FakeTimeProvider();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.TimeProvider = time;
            options.Reconnect = new LibvirtReconnectOptions { MaxAttempts = 1 };
        });
        for (int connections = 2; connections < 5; connections++)
        {
            server.DropAll();
            await Waiting.UntilAsync(() => Task.FromResult(server.Accepted == connections));
            await Waiting.UntilAsync(() => WorksAsync(connection));
            time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.That(connection.Closed.IsCompleted, Is.False);
    }

    [Test]
    public async Task Disposal_ends_reconnecting()
    {
        await using var server = new FakeServer();
        LibvirtConnection connection = await server.ConnectAsync(Reconnecting);
        await server.StopAsync();
        await Task.Delay(50);
        await connection.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(connection.Closed.IsCompleted, Is.True);
        server.Start();
    }

    [Test]
    public void Delays_double_up_to_the_limit_with_jitter()
    {
        var options = new LibvirtReconnectOptions { FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(8) };
        for (int failures = 1; failures < 40; failures++)
        {
            double longest = Math.Min(8, Math.Pow(2, failures - 1));
            Assert.That(options.DelayAfter(failures).TotalSeconds, Is.InRange(longest / 2, longest));
        }
    }

    private static async Task<bool> WorksAsync(LibvirtConnection connection)
    {
        try
        {
            await connection.GetHostnameAsync();
            return true;
        }
        catch (LibvirtException)
        {
            return false;
        }
    }

    private static void Reconnecting(LibvirtConnectionOptions options) => options.Reconnect = new LibvirtReconnectOptions
    {
        FirstDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50),
    };
}
