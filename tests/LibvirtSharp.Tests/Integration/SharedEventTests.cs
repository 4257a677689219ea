using LibvirtSharp.Tests.Support;

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
    public async Task Subscribing_that_is_cancelled_at_random_leaves_nothing_behind()
    {
        await using LibvirtConnection connection = await Daemon.QemuAsync();
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("cancelled-events"));
        try
        {
            int cancelled = 0;
            await Parallel.ForAsync(0, 8, async (worker, _) =>
            {
                var random = new Random(worker);
                for (int i = 0; i < 50; i++)
                {
                    using var cancellation = new CancellationTokenSource();
                    Task<LibvirtEventSubscription> subscribing = connection.SubscribeAsync(
                        [LibvirtEventKind.DomainMetadataChange, LibvirtEventKind.NetworkLifecycle], null, cancellation.Token);
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
