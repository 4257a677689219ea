using System.Runtime.CompilerServices;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>Machines that move between two real daemons on this machine, over a unix socket, and those that do not.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class MigrationTests
{
    private PrivateLibvirtd _here = null!;
    private OtherHost _there = null!;
    private LibvirtConnection _source = null!;
    private LibvirtConnection _destination = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _here = await PrivateLibvirtd.StartAsync();
        _there = await OtherHost.StartAsync();
        _source = await Daemon.OpenAsync(_here.Uri, null);
        _destination = await Daemon.OpenAsync(_there.Uri, null);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (IAsyncDisposable? part in (IAsyncDisposable?[])[_destination, _source, _there, _here])
        {
            if (part is not null)
                await part.DisposeAsync();
        }
    }

    [Test]
    public async Task Running_guest_moves_with_what_is_in_its_memory_and_events_tell_it()
    {
        await using TinyGuest guest = await TinyGuest.StartAsync(_source, "mover", "");
        await guest.RunAsync("echo remembered > /run/token");
        await using LibvirtEventSubscription events = await _source.SubscribeAsync(
            [LibvirtEventKind.DomainLifecycle, LibvirtEventKind.DomainMigrationIteration, LibvirtEventKind.DomainJobCompleted]);

        // Both hosts see the disk's one file; libvirt cannot know that.
        const DomainMigrateFlags Flags =
            DomainMigrateFlags.Live | DomainMigrateFlags.Unsafe | DomainMigrateFlags.PersistDest | DomainMigrateFlags.UndefineSource;
        guest.Domain = await guest.Domain.MigrateAsync(_destination, Flags, Over("memory"));

        Assert.That((await guest.Domain.GetStateAsync()).TypedReason, Is.EqualTo(DomainRunningReason.Migrated));
        Assert.That(await guest.RunAsync("cat /run/token"), Is.EqualTo("remembered\n"));
        Assert.That(await _source.ListAllDomainsAsync(), Is.Empty);
        DomainJobStatistics done = await guest.Domain.GetJobStatisticsAsync(DomainGetJobStatsFlags.Completed);
        Assert.That((done.Type, done.Operation), Is.EqualTo((DomainJobType.Completed, (DomainJobOperation?)DomainJobOperation.MigrationIn)));
        Assert.That(done.Memory!.ProcessedBytes, Is.GreaterThan(1L << 20));
        Assert.That(done.Downtime, Is.GreaterThan(TimeSpan.Zero));
        await Waiting.FirstAsync<DomainMigrationIterationEvent>(events, next => next.Iteration == 1);
        var rest = new List<LibvirtEvent>();
        DomainJobCompletedEvent completed = await Waiting.FirstAsync<DomainJobCompletedEvent>(Kept(events, rest), _ => true);
        Assert.That(completed.Statistics.Select(each => each.Name), Does.Contain("downtime"));
        Assert.That(rest.OfType<DomainLifecycleEvent>().Select(next => (next.Type, next.Detail)),
            Has.Member((DomainEventType.Stopped, (int)DomainEventStoppedDetail.Migrated)));
    }

    [Test]
    public async Task Daemons_move_a_machine_between_themselves()
    {
        Domain domain = await _source.CreateDomainAsync(Domains.Qemu("peer"), DomainCreateFlags.StartPaused);
        await domain.MigrateToAsync($"qemu+unix:///system?socket={_there.SocketPath}", DomainMigrateFlags.Live, Over("peer"));
        Domain moved = await _destination.LookupDomainByUuidAsync(domain.Uuid);
        Assert.That((await moved.GetStateAsync()).State, Is.EqualTo(DomainState.Paused));
        await moved.DestroyAsync();
    }

    [Test]
    public async Task Machine_stays_when_the_destination_cannot_take_it()
    {
        Domain domain = await _source.CreateDomainAsync(Domains.Qemu("refused"));
        Domain other = await _destination.CreateDomainAsync(Domains.Qemu("refused"), DomainCreateFlags.StartPaused);
        LibvirtException refused = await Failure.OfAsync(() => domain.MigrateAsync(_destination, parameters: Over("refused")));
        LibvirtException unheard = await Failure.OfAsync(() => domain.MigrateAsync(
            _destination, parameters: new[] { new TypedParameter("destination_name", "unheard"), new TypedParameter("migrate_uri", "unix:///nonexistent/folder") }));
        LibvirtException unreached = await Failure.OfAsync(() => domain.MigrateToAsync("qemu+unix:///system?socket=/nonexistent/libvirt-sock"));
        Assert.Multiple(() =>
        {
            Assert.That(refused.Procedure, Is.EqualTo("DomainMigratePrepare3Params"));
            Assert.That(refused.Message, Does.Contain("domain 'refused' already exists"));
            Assert.That(unheard.Message, Does.Contain("/nonexistent/folder"));
            Assert.That(unreached.Message, Does.Contain("/nonexistent/libvirt-sock"));
        });
        // Nothing holds it: it can be changed, and asked what it does.
        Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
        await domain.SuspendAsync();
        await domain.DestroyAsync();
        await other.DestroyAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => domain.MigrateAsync(_destination, DomainMigrateFlags.Tunnelled));
    }

    [Test]
    public async Task Machine_is_not_migrated_to_the_host_it_is_on()
    {
        await using LibvirtConnection again = await Daemon.OpenAsync(_here.Uri, null);
        Domain domain = await _source.CreateDomainAsync(Domains.Qemu("staying"));
        try
        {
            await Assert.ThrowsAsync<ArgumentException>(() => domain.MigrateAsync(_source));
            await Assert.ThrowsAsync<ArgumentException>(() => domain.MigrateAsync(_source.WithTimeout(TimeSpan.FromMinutes(1)), DomainMigrateFlags.Offline));
            LibvirtException error = await Failure.OfAsync(() => domain.MigrateAsync(again));
            LibvirtException peer = await Failure.OfAsync(() => domain.MigrateToAsync($"qemu+unix:///system?socket={_here.SocketPath}"));
            Assert.That((error.Message, peer.Message), Is.EqualTo((error.Message, error.Message)));
            Assert.That(error.Message, Does.Contain("same host"));
            Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
            Assert.That(domain.Id, Is.Not.Null);
        }
        finally
        {
            await domain.DestroyAsync();
        }
        Assert.That(await _source.ListAllDomainsAsync(), Is.Empty);
    }

    [Test]
    public async Task Cancelled_migration_leaves_the_machine_where_it_is()
    {
        Domain domain = await _source.CreateDomainAsync(Domains.Qemu("cancelled"));
        await using LibvirtEventSubscription events = await _source.SubscribeAsync(LibvirtEventKind.DomainMigrationIteration);
        using var cancel = new CancellationTokenSource();
        await domain.SetMigrationMaxDowntimeAsync(TimeSpan.FromMilliseconds(1));
        Assert.That(await domain.GetMigrationMaxDowntimeAsync(), Is.EqualTo(TimeSpan.FromMilliseconds(1)));
        TypedParameter[] slowly = [.. Over("cancelled"), new TypedParameter("bandwidth", 1UL)];
        Task<Domain> migrating = domain.MigrateAsync(_destination, DomainMigrateFlags.Live, slowly, cancel.Token);
        await Waiting.FirstAsync<DomainMigrationIterationEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => migrating);
        Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
        Assert.That((await Failure.OfAsync(() => _destination.LookupDomainByUuidAsync(domain.Uuid))).Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
        await domain.DestroyAsync();
    }

    [Test]
    public async Task Machine_stays_when_it_dies_at_the_destination()
    {
        Domain domain = await _source.CreateDomainAsync(Domains.Qemu("dying"));
        await using LibvirtEventSubscription events = await _source.SubscribeAsync(LibvirtEventKind.DomainMigrationIteration);
        TypedParameter[] slowly = [.. Over("dying"), new TypedParameter("bandwidth", 1UL)];
        Task<Domain> migrating = domain.MigrateAsync(_destination, DomainMigrateFlags.Live, slowly);
        await Waiting.FirstAsync<DomainMigrationIterationEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await _there.RunAsync("/bin/sh", "-c", "kill -9 $(cat /run/libvirt/qemu/dying.pid)");
        LibvirtException died = await Failure.OfAsync(() => migrating);
        // The destination's word counts only where it tells more than the source's: here it may not even know the machine any more.
        Assert.That(died.Code, Is.EqualTo(LibvirtErrorCode.OperationFailed).Or.EqualTo(LibvirtErrorCode.InternalError), died.Message);
        Assert.That(died.Domain, Is.EqualTo(LibvirtErrorDomain.Qemu));
        Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
        Assert.That((await Failure.OfAsync(() => _destination.LookupDomainByUuidAsync(domain.Uuid))).Code, Is.EqualTo(LibvirtErrorCode.NoDomain));
        await domain.DestroyAsync();
    }

    private TypedParameter[] Over(string socket) => [new("migrate_uri", $"unix://{_there.Path(socket)}")];

    private static async IAsyncEnumerable<LibvirtEvent> Kept(
        IAsyncEnumerable<LibvirtEvent> events, List<LibvirtEvent> kept, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (LibvirtEvent next in events.WithCancellation(cancellationToken))
        {
            kept.Add(next);
            yield return next;
        }
    }
}
