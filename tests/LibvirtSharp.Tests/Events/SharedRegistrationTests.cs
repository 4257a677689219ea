using System.Collections.Concurrent;
using LibvirtSharp.Protocol;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests.Events;

/// <summary>Who registers at a server that, like libvirt, refuses a client that registers twice for the same.</summary>
internal sealed class SharedRegistrationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Two_subscriptions_of_one_kind_share_what_the_last_takes_back()
    {
        await using var server = new FakeServer();
        Registrar registrar = new(server);
        await using LibvirtConnection connection = await server.ConnectAsync();
        await using LibvirtEventSubscription first = await connection.SubscribeAsync([LibvirtEventKind.DomainLifecycle, LibvirtEventKind.DomainLifecycle]);
        await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        await using LibvirtEventSubscription second = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await server.Session.SendLifecycleAsync(1, "both", DomainEventType.Started);
        await Waiting.FirstAsync<DomainLifecycleEvent>(first, next => next.Domain.Name == "both");
        await Waiting.FirstAsync<DomainLifecycleEvent>(second, next => next.Domain.Name == "both");

        await first.DisposeAsync();
        Assert.That(registrar.TakenBack, Is.Empty);
        await server.Session.SendLifecycleAsync(1, "one", DomainEventType.Stopped);
        await Waiting.FirstAsync<DomainLifecycleEvent>(second, next => next.Domain.Name == "one");
        await second.DisposeAsync();
        Assert.That(registrar.TakenBack, Is.EqualTo(new[] { 1 }));

        await using LibvirtEventSubscription third = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await server.Session.SendLifecycleAsync(3, "again", DomainEventType.Started);
        await Waiting.FirstAsync<DomainLifecycleEvent>(third, next => next.Domain.Name == "again");
    }

    [Test]
    public async Task Last_registration_at_a_driver_stays_until_there_is_another()
    {
        await using var server = new FakeServer();
        Registrar registrar = new(server);
        var monitor = new TaskCompletionSource();
        server.On(QemuProcedure.ConnectDomainMonitorEventRegister, call => call.ReplyAsync(w => w.Int(3)));
        server.On(QemuProcedure.ConnectDomainMonitorEventDeregister, async call =>
        {
            await call.ReplyAsync();
            monitor.SetResult();
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        await (await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle)).DisposeAsync();
        await server.Session.SendLifecycleAsync(1, "unwanted", DomainEventType.Started);
        await connection.GetHostnameAsync(); // It was received before its answer.
        await using (LibvirtEventSubscription again = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle))
        {
            await server.Session.SendLifecycleAsync(1, "wanted", DomainEventType.Stopped);
            Assert.That((await Waiting.FirstAsync<DomainLifecycleEvent>(again, _ => true)).Domain.Name, Is.EqualTo("wanted"), "what nobody wanted is gone");
        }
        Assert.That(registrar.TakenBack, Is.Empty);

        await using (LibvirtEventSubscription qemu = await connection.SubscribeAsync(LibvirtEventKind.QemuMonitor))
            await Waiting.UntilAsync(() => Task.FromResult(registrar.TakenBack.Contains(1)));
        await using LibvirtEventSubscription reboots = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        await monitor.Task.WaitAsync(Patience);
        Assert.That(registrar.TakenBack, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Cancelled_subscription_is_taken_back_when_the_answer_comes()
    {
        await using var server = new FakeServer();
        Registrar registrar = new(server) { Answers = new TaskCompletionSource() };
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.CallTimeout = Timeout.InfiniteTimeSpan);
        await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        using var cancellation = new CancellationTokenSource();
        Task<LibvirtEventSubscription> subscribing = connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, null, cancellation.Token);
        await registrar.Asked.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        Assert.That(async () => await subscribing.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());

        registrar.Answers.SetResult();
        await Waiting.UntilAsync(() => Task.FromResult(registrar.TakenBack.Contains(2)));
        await using LibvirtEventSubscription again = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
    }

    [Test]
    public async Task Subscription_made_after_a_cancelled_one_has_the_answer_that_was_on_its_way()
    {
        await using var server = new FakeServer();
        Registrar registrar = new(server) { Answers = new TaskCompletionSource() };
        await using LibvirtConnection connection = await server.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<LibvirtEventSubscription> cancelled = connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle, null, cancellation.Token);
        await registrar.Asked.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        Assert.That(async () => await cancelled.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Task<LibvirtEventSubscription> subscribing = connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        registrar.Answers.SetResult();
        await using LibvirtEventSubscription events = await subscribing;
        await server.Session.SendLifecycleAsync(1, "told", DomainEventType.Started);
        await Waiting.FirstAsync<DomainLifecycleEvent>(events, next => next.Domain.Name == "told");
        Assert.That(registrar.TakenBack, Is.Empty);
    }

    [Test]
    public async Task Cancellation_does_not_wait_for_what_was_registered_to_be_taken_back()
    {
        await using var server = new FakeServer();
        _ = new Registrar(server);
        var asked = new TaskCompletionSource();
        var silence = new TaskCompletionSource();
        server.On(RemoteProcedure.ConnectNetworkEventRegisterAny, async call =>
        {
            asked.SetResult();
            await silence.Task.WaitAsync(Patience);
            await call.ReplyAsync(w => w.Int(1));
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.CallTimeout = Timeout.InfiniteTimeSpan);
        using var cancellation = new CancellationTokenSource();
        Task<LibvirtEventSubscription> subscribing = connection.SubscribeAsync(
            [LibvirtEventKind.DomainLifecycle, LibvirtEventKind.NetworkLifecycle], null, cancellation.Token);
        await asked.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        Assert.That(async () => await subscribing.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        silence.SetResult();
    }

    [Test]
    public async Task Deadline_of_the_view_is_that_of_its_subscribing()
    {
        await using var server = new FakeServer();
        Registrar registrar = new(server) { Answers = new TaskCompletionSource() };
        await using LibvirtConnection connection = await server.ConnectAsync(options => options.CallTimeout = Timeout.InfiniteTimeSpan);
        await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
        LibvirtException late = await Failure.OfAsync(
            () => connection.WithTimeout(TimeSpan.FromMilliseconds(200)).SubscribeAsync(LibvirtEventKind.DomainLifecycle).WaitAsync(Patience));
        Assert.That((late.Code, late.Procedure), Is.EqualTo((LibvirtErrorCode.OperationTimeout, nameof(RemoteProcedure.ConnectDomainEventCallbackRegisterAny))));
        registrar.Answers.SetResult();
        await Waiting.UntilAsync(() => Task.FromResult(registrar.TakenBack.Contains(2)));
    }

    [Test]
    public async Task Refusal_is_told_to_everyone_who_waits_and_the_next_may_try_again()
    {
        await using var server = new FakeServer();
        var refuse = new TaskCompletionSource();
        server.On(RemoteProcedure.ConnectSecretEventRegisterAny, async call =>
        {
            await refuse.Task.WaitAsync(Patience);
            await call.FailAsync(LibvirtErrorCode.NoSupport, "no secrets");
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        Task<LibvirtEventSubscription> first = connection.SubscribeAsync(LibvirtEventKind.SecretLifecycle);
        Task<LibvirtEventSubscription> second = connection.SubscribeAsync(LibvirtEventKind.SecretLifecycle);
        refuse.SetResult();
        Assert.That((await Failure.OfAsync(() => first)).Code, Is.EqualTo(LibvirtErrorCode.NoSupport));
        Assert.That((await Failure.OfAsync(() => second)).Code, Is.EqualTo(LibvirtErrorCode.NoSupport));
        server.On(RemoteProcedure.ConnectSecretEventRegisterAny, call => call.ReplyAsync(w => w.Int(1)));
        await using LibvirtEventSubscription third = await connection.SubscribeAsync(LibvirtEventKind.SecretLifecycle);
    }

    /// <summary>libvirt's side: numbers that count up, and no second registration for a kind.</summary>
    private sealed class Registrar
    {
        private readonly Dictionary<int, int> _kinds = [];
        private int _last;

        public Registrar(FakeServer server)
        {
            server.On(RemoteProcedure.ConnectDomainEventCallbackRegisterAny, async call =>
            {
                int kind = call.Payload[3];
                if (kind == (int)LibvirtEventKind.DomainLifecycle)
                {
                    Asked.TrySetResult();
                    if (Answers is not null)
                        await Answers.Task.WaitAsync(Patience);
                }
                if (_kinds.ContainsValue(kind))
                {
                    await call.FailAsync(LibvirtErrorCode.InvalidArg, "event callback already tracked");
                    return;
                }
                _kinds.Add(++_last, kind);
                await call.ReplyAsync(w => w.Int(_last));
            });
            server.On(RemoteProcedure.ConnectDomainEventCallbackDeregisterAny, async call =>
            {
                _kinds.Remove(call.Payload[3]);
                TakenBack.Enqueue(call.Payload[3]);
                await call.ReplyAsync();
            });
        }

        public TaskCompletionSource Asked { get; } = new();

        /// <summary>What registrations for the life cycle wait for.</summary>
        public TaskCompletionSource? Answers { get; init; }

        public ConcurrentQueue<int> TakenBack { get; } = new();
    }
}
