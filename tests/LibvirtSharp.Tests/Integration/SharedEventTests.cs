using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Several subscriptions of one connection that want the same, on a real daemon, which refuses to register twice for it.</summary>
[Category("Integration")]
internal sealed class SharedEventTests
{
    [TestCase(LibvirtEventKind.DomainLifecycle)]
    [TestCase(LibvirtEventKind.NetworkLifecycle)]
    [TestCase(LibvirtEventKind.StoragePoolLifecycle)]
    [TestCase(LibvirtEventKind.NodeDeviceLifecycle)]
    [TestCase(LibvirtEventKind.SecretLifecycle)]
    [TestCase(LibvirtEventKind.QemuMonitor)]
    [TestCase(LibvirtEventKind.HypervisorClosed)]
    public async Task Kind_is_subscribed_to_twice_and_again(LibvirtEventKind kind)
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        for (int i = 0; i < 3; i++)
        {
            await using LibvirtEventSubscription first = await connection.SubscribeAsync(kind);
            await using LibvirtEventSubscription second = await connection.SubscribeAsync(kind);
        }
    }

    [Test]
    public async Task Event_comes_to_every_subscription_that_wants_it()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("shared-events"));
        try
        {
            await using LibvirtEventSubscription all = await connection.SubscribeAsync(LibvirtEventKind.DomainMetadataChange);
            await using LibvirtEventSubscription one = await connection.SubscribeAsync(LibvirtEventKind.DomainMetadataChange, new() { Domain = domain });
            LibvirtEventSubscription same = await connection.SubscribeAsync(
                [LibvirtEventKind.DomainReboot, LibvirtEventKind.DomainMetadataChange], new() { Domain = await connection.LookupDomainByUuidAsync(domain.Uuid) });
            await domain.SetMetadataAsync(DomainMetadataType.Title, "first");
            foreach (LibvirtEventSubscription each in new[] { all, one, same })
                await Waiting.FirstAsync<DomainMetadataChangeEvent>(each, next => next.Domain.Uuid == domain.Uuid);

            await same.DisposeAsync();
            await domain.SetMetadataAsync(DomainMetadataType.Title, "second");
            foreach (LibvirtEventSubscription each in new[] { all, one })
                await Waiting.FirstAsync<DomainMetadataChangeEvent>(each, next => next.Domain.Uuid == domain.Uuid);
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }

    [Test]
    public async Task Events_come_to_each_of_many_subscriptions_that_come_and_go_while_things_happen()
    {
        // Of its own: nobody else's registration keeps this daemon from losing events.
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await Daemon.OpenAsync(daemon.Uri, null);
        await using LibvirtConnection other = await Daemon.OpenAsync(daemon.Uri, null);
        Domain domain = await other.DefineDomainAsync(Domains.Qemu("busy"));
        using var stop = new CancellationTokenSource();
        Task[] busy = [.. Enumerable.Range(0, 3).Select(_ => RenameAsync())];
        try
        {
            for (int i = 0; i < 2000; i++)
            {
                await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainMetadataChange);
                await Waiting.FirstAsync<DomainMetadataChangeEvent>(events, _ => true);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(busy);
        }

        async Task RenameAsync()
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
                await domain.SetMetadataAsync(DomainMetadataType.Title, $"title {i}", cancellationToken: CancellationToken.None);
        }
    }

    [Test]
    public async Task Subscribing_that_is_cancelled_at_random_leaves_nothing_behind()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("cancelled-events"));
        try
        {
            int cancelled = 0;
            // Its registration stays, so that the others are made and taken back each time.
            await using LibvirtEventSubscription other = await connection.SubscribeAsync(LibvirtEventKind.DomainReboot);
            await Parallel.ForAsync(0, 8, async (worker, _) =>
            {
                var random = new Random(worker);
                for (int i = 0; i < 50; i++)
                {
                    using var cancellation = new CancellationTokenSource();
                    Task<LibvirtEventSubscription> subscribing = connection.SubscribeAsync(
                        [LibvirtEventKind.DomainMetadataChange, LibvirtEventKind.DomainTrayChange], null, cancellation.Token);
                    for (int pauses = random.Next(4); pauses > 0; pauses--)
                        await Task.Yield();
                    await cancellation.CancelAsync();
                    try
                    {
                        await using LibvirtEventSubscription made = await subscribing;
                    }
                    catch (OperationCanceledException)
                    {
                        Interlocked.Increment(ref cancelled);
                    }
                }
            });
            Assert.That(cancelled, Is.GreaterThan(0));
            await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainMetadataChange);
            await domain.SetMetadataAsync(DomainMetadataType.Title, "told");
            await Waiting.FirstAsync<DomainMetadataChangeEvent>(events, next => next.Domain.Uuid == domain.Uuid);
            await events.DisposeAsync();
            // What was given up is taken back behind the callers' backs.
            await Waiting.UntilAsync(() => Task.FromResult(connection.Outstanding == 0));
        }
        finally
        {
            await domain.UndefineAsync();
        }
    }
}
