using LimiQuantix.Conformance;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Storage;

/// <summary>What is known of volumes and networks, and what calls about them say.</summary>
public sealed class VolumeStatusTests
{
    private const long GiB = 1L << 30;

    private static readonly GetOptions Stored = new() { Stored = true };

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Volume_shows_what_its_pool_says_and_is_not_as_it_should_be_when_the_pool_lost_it()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var volumes = host.LimiQuantix.Volumes;
        var (_, volume) = await MakeAsync(host);

        await Eventually.TrueAsync(async () => (await volumes.GetAsync(volume, Stored)).Status.ObservedAt is not null, "what the pool says is written");
        var seen = await volumes.GetAsync(volume, Stored);
        host.World.Storage().Remove(volume);
        var looked = await volumes.GetAsync(volume);
        var remembered = await volumes.GetAsync(volume, Stored);

        Assert.That((seen.Status.SizeBytes, seen.Status.Error, seen.Status.ObservationError), Is.EqualTo(((long?)GiB, (LimiQuantixError?)null, (LimiQuantixError?)null)));
        Assert.That((looked.Status.Error?.Code, looked.Status.SizeBytes), Is.EqualTo((ErrorCodes.NotFound, (long?)GiB)));
        Assert.That(remembered.Status.Error, Is.Null, "a look writes nothing: the leader does, within a minute");
    }

    [Test]
    public async Task Volume_of_a_pool_that_fails_shows_what_was_seen_last_and_why_it_is_not_seen_now()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var volumes = host.LimiQuantix.Volumes;
        var (_, volume) = await MakeAsync(host);
        await Eventually.TrueAsync(async () => (await volumes.GetAsync(volume, Stored)).Status.ObservedAt is not null, "what the pool says is written");
        host.World.Faults.Throw(nameof(IStorageBackend.ListAsync), ErrorCodes.Unavailable, times: 100);

        var looked = await volumes.GetAsync(volume);

        Assert.That((looked.Status.ObservationError?.Code, looked.Status.SizeBytes, looked.Status.Error), Is.EqualTo((ErrorCodes.Unavailable, (long?)GiB, (LimiQuantixError?)null)));
    }

    [Test]
    public async Task What_was_seen_of_a_volume_goes_with_it_and_a_watch_tells_of_it()
    {
        await using var host = new LifecycleHost(_folder.Path);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var told = new TaskCompletionSource<Volume>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = Task.Run(async () =>
        {
            await foreach (var change in host.LimiQuantix.Volumes.WatchAsync(new VolumeQuery(), cancellationToken: patience.Token))
            {
                if (change.Resource?.Status.SizeBytes is not null) told.TrySetResult(change.Resource);
            }
        });
        var (machine, volume) = await MakeAsync(host);

        var seen = await told.Task.WaitAsync(patience.Token);
        await (await host.LimiQuantix.Machines.DeleteAsync(machine)).CompletedAsync().WaitAsync(patience.Token);

        Assert.That(seen.Id, Is.EqualTo(volume));
        await Eventually.TrueAsync(async () => await host.State.GetAsync($"status/volumes/{volume:D}") is null, "what was seen of it is forgotten");
        await patience.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Test]
    public async Task Calls_about_a_volume_say_its_own_epoch_and_generation()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var (machine, volume) = await MakeAsync(host);
        var made = await MarkAsync(host, volume);

        await GrowAsync(host, machine);
        await (await host.LimiQuantix.Machines.StartAsync(machine)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        var grown = await MarkAsync(host, volume);

        Assert.That((made.OwnerEpoch, made.Generation), Is.EqualTo((1, 1)));
        Assert.That((grown.OwnerEpoch, grown.Generation), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Adopted_volume_is_as_far_as_what_its_pool_heard_last()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var (machine, volume) = await MakeAsync(host);
        await GrowAsync(host, machine);
        await (await host.LimiQuantix.Machines.StartAsync(machine)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        foreach (var prefix in new[] { "machines/", "names/machines/", "volumes/", "names/volumes/", "macs/", "reservations/" })
        {
            foreach (var entry in (await host.State.ListAsync(new StateQuery { Prefix = prefix })).Entries)
                await host.State.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = entry.Key }] });
        }

        await host.LimiQuantix.Machines.AdoptAsync(machine);
        var stored = await host.Services.GetRequiredService<ResourceTable<VolumeDocument>>().FindAsync(volume, CancellationToken.None);
        await (await host.LimiQuantix.Machines.StopAsync(machine, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        var deleted = await (await host.LimiQuantix.Machines.DeleteAsync(machine)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.That(stored!.Value.About, Is.EqualTo((1, 2)));
        Assert.That(host.World.Storage().Find(volume), Is.Null, "what it says of the volume is not refused");
        Assert.That(deleted, Is.Not.Null);
    }

    [Test]
    public async Task Network_shows_what_its_fabric_says()
    {
        await using var host = new LifecycleHost(_folder.Path);
        await MakeAsync(host);
        var network = (await host.LimiQuantix.Networks.ListAsync()).Items.Single();

        await Eventually.TrueAsync(async () => (await host.LimiQuantix.Networks.GetAsync(network.Id, Stored)).Status.ObservedAt is not null, "what the fabric says is written");

        Assert.That((await host.LimiQuantix.Networks.GetAsync(network.Id, Stored)).Status.Mtu, Is.EqualTo(1500));
    }

    [Test]
    public async Task Network_of_a_fabric_that_is_on_another_node_alone_is_looked_at_there()
    {
        var node = new NodeId("n1");
        await using var host = new LifecycleHost(_folder.Path, services => services.AddLimiQuantix().AddInstance<FakeNetworkOptions>(
            FakePlugin.Kind, "edge", options => options.World = new FakeWorld(_folder.Combine("world")), node: node));
        await host.LimiQuantix.Nodes.ListAsync();
        var network = new NetworkDocument { Id = Guid.CreateVersion7(), Project = Caller.DefaultProject, Name = "edge", Spec = new NetworkSpec { Fabric = "edge" } };
        var fabric = await host.Services.GetRequiredService<ProviderInstances>().GetAsync<INetworkBackend>("edge", node);
        var installation = await host.Services.GetRequiredService<Installation>().GetIdAsync(CancellationToken.None);
        await fabric.EnsureNetworkAsync(new NetworkDefinition
        {
            Ownership = new Ownership { InstallationId = installation, ResourceId = network.Id, Project = network.Project }, Name = network.Name,
        });
        await host.State.CommitOrThrowAsync(StateWrite.Combine(null, host.Services.GetRequiredService<ResourceTable<NetworkDocument>>().Insert(network)), CancellationToken.None);

        await Eventually.TrueAsync(async () => (await host.LimiQuantix.Networks.GetAsync(network.Id, Stored)).Status.ObservedAt is not null, "what the fabric says is written");

        Assert.That((await host.LimiQuantix.Networks.GetAsync(network.Id)).Status.ObservationError, Is.Null);
    }

    private static async Task<(Guid Machine, Guid Volume)> MakeAsync(LifecycleHost host)
    {
        var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync(), start: false));
        var machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        return (machine.Id, machine.Status.Disks[0].VolumeId!.Value);
    }

    private static async Task GrowAsync(LifecycleHost host, Guid machine)
    {
        var name = (await host.LimiQuantix.Machines.GetAsync(machine)).Spec.Disks[0].Name!;
        await host.LimiQuantix.Machines.UpdateAsync(
            machine, new MachineUpdate { Disks = new Dictionary<string, DiskUpdate?> { [name] = new() { SizeBytes = 2 * GiB } } });
    }

    private static async Task<ProviderMark> MarkAsync(LifecycleHost host, Guid volume)
    {
        var pool = await host.Services.GetRequiredService<ProviderInstances>().GetWholeAsync<IStorageBackend>("pool", NodeId.Local);
        await foreach (var seen in pool.ListAsync(new ListVolumesRequest { VolumeId = volume }))
        {
            if (seen.VolumeId == volume) return seen.Mark!;
        }

        throw new InvalidOperationException("The pool does not have it.");
    }
}
