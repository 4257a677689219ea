using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>How operations end, through the public API, on SQLite and strict fakes: what a review found and the matrix does not show by itself.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LifecycleTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Test]
    public async Task Creation_cancelled_before_it_began_frees_its_name_and_leaves_nothing()
    {
        await using var host = new LifecycleHost(_folder.Path, OneAtATime);
        var image = await host.ImageAsync();
        var before = await host.SnapshotAsync();
        var fault = host.World.Faults.Hang(nameof(IHypervisor.StartAsync));
        var first = await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "first"));
        await fault.ReachedAsync(Patience);
        var second = await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "second"));

        await second.CancelAsync();
        var ended = await host.EndedAsync(second.Id);
        var record = (await host.LimiQuantix.Machines.FindAsync("second"))!;
        await (await host.LimiQuantix.Machines.DeleteAsync(record.Id)).CompletedAsync().WaitAsync(Patience);
        fault.Release();
        await first.CompletedAsync().WaitAsync(Patience);
        var made = await host.LimiQuantix.Machines.EnsureAsync(host.Spec(image, "second")).WaitAsync(Patience);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(record.Status.Phase, Is.EqualTo(MachinePhase.Failed));
        Assert.That(made.Status.PowerState, Is.EqualTo(PowerState.Running));
        foreach (var machine in (await host.LimiQuantix.Machines.ListAsync()).Items) await (await host.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync();
        await host.MustBecomeAsync(before, "all machines are deleted");
    }

    [Test]
    public async Task Ensure_replaces_a_machine_whose_creation_was_cancelled_in_the_queue()
    {
        await using var host = new LifecycleHost(_folder.Path, OneAtATime);
        var image = await host.ImageAsync();
        var fault = host.World.Faults.Hang(nameof(IHypervisor.StartAsync));
        await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "first"));
        await fault.ReachedAsync(Patience);
        var second = await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "second"));
        await second.CancelAsync();
        await host.EndedAsync(second.Id);
        fault.Release();

        var made = await host.LimiQuantix.Machines.EnsureAsync(host.Spec(image, "second")).WaitAsync(Patience);

        Assert.That(made.Status.Phase, Is.EqualTo(MachinePhase.Ready));
        Assert.That(made.Id, Is.Not.EqualTo(second.ResourceId));
    }

    [Test]
    public async Task Deletion_cancelled_in_the_queue_leaves_the_machine_as_it_was()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var machine = await MachineAsync(host, start: false);
        var before = await host.SnapshotAsync();
        var fault = host.World.Faults.Hang(nameof(IHypervisor.StartAsync), ignoresToken: true);
        var start = await host.LimiQuantix.Machines.StartAsync(machine.Id);
        await fault.ReachedAsync(Patience);
        var deletion = await host.LimiQuantix.Machines.DeleteAsync(machine.Id);
        Assert.That((await host.LimiQuantix.Machines.GetAsync(machine.Id)).Status.Phase, Is.EqualTo(MachinePhase.Deleting));

        await deletion.CancelAsync();
        var ended = await host.EndedAsync(deletion.Id);
        var left = await host.LimiQuantix.Machines.GetAsync(machine.Id);
        fault.Release();
        await start.CompletedAsync().WaitAsync(Patience);
        await (await host.LimiQuantix.Machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(left.Status.Phase, Is.EqualTo(MachinePhase.Ready));
        await host.MustBecomeAsync(before, "the machine is as it was");
    }

    [Test]
    public async Task Retry_with_its_key_finds_its_operation_whatever_became_of_the_machine()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var machine = await MachineAsync(host);
        var options = new DeleteOptions { IdempotencyKey = "once", ExpectedGeneration = machine.Generation };
        var deletion = await host.LimiQuantix.Machines.DeleteAsync(machine.Id, options);
        var first = await deletion.CompletedAsync().WaitAsync(Patience);

        var again = await host.LimiQuantix.Machines.DeleteAsync(machine.Id, options);
        var second = await again.CompletedAsync().WaitAsync(Patience);

        Assert.That(again.Id, Is.EqualTo(deletion.Id));
        Assert.That((first!.Id, second!.Id), Is.EqualTo((machine.Id, machine.Id)));
        Assert.That(second.Name, Is.EqualTo(machine.Name), "the operation keeps what it gave");
    }

    [Test]
    public async Task Key_of_a_start_counts_before_the_version_that_was_expected()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var machine = await MachineAsync(host, start: false);
        var options = new StartOptions { IdempotencyKey = "once", ExpectedGeneration = machine.Generation };
        var start = await host.LimiQuantix.Machines.StartAsync(machine.Id, options);
        await start.CompletedAsync().WaitAsync(Patience);

        Assert.That((await host.LimiQuantix.Machines.StartAsync(machine.Id, options)).Id, Is.EqualTo(start.Id));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => host.LimiQuantix.Machines.StartAsync(machine.Id, options with { IdempotencyKey = "other", ExpectedGeneration = machine.Generation + 1 }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.VersionMismatch));
    }

    [TestCase("create")]
    [TestCase("ensure")]
    [TestCase("start")]
    [TestCase("stop")]
    [TestCase("delete")]
    [TestCase("purge")]
    [TestCase("adopt")]
    [TestCase("import")]
    [TestCase("ensure image")]
    public async Task Ten_callers_of_one_verb_do_not_get_in_each_others_way(string verb)
    {
        await using var host = new LifecycleHost(_folder.Path);
        var machines = host.LimiQuantix.Machines;
        var id = Guid.Empty;
        var image = await host.ImageAsync();
        if (verb is "start" or "stop" or "delete" or "purge" or "adopt") id = (await MachineAsync(host, start: verb != "start")).Id;
        if (verb is "purge" or "adopt") await Scenario.ForgetAsync(host, id);
        var key = new CreateOptions { IdempotencyKey = "ten" };
        var location = host.World.Images().Put("ten.raw", LifecycleHost.Disk()).ToString();
        Func<Task<object?>> call = verb switch
        {
            "create" => async () => await (await machines.CreateAsync(host.Spec(image), key)).CompletedAsync(),
            "ensure" => async () => await machines.EnsureAsync(host.Spec(image)),
            "start" => async () => await (await machines.StartAsync(id)).CompletedAsync(),
            "stop" => async () => await (await machines.StopAsync(id, new() { Mode = StopMode.Force })).CompletedAsync(),
            "delete" => async () => await (await machines.DeleteAsync(id)).CompletedAsync(),
            "purge" => async () => await (await machines.PurgeAsync(id)).CompletedAsync(),
            "adopt" => async () => await machines.AdoptAsync(id),
            "import" => async () => await (await host.LimiQuantix.Images.ImportAsync(new LimiQuantix.Images.ImageImport { Location = location })).CompletedAsync(),
            _ => async () => await host.LimiQuantix.Images.EnsureAsync(location),
        };

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(call))).WaitAsync(Patience);

        Assert.That(results, Has.Length.EqualTo(10));
        var twice = host.World.Effects.GroupBy(effect => (effect.Member, effect.Thing)).Where(group => group.Count() > 1).Select(group => group.Key);
        Assert.That(twice, Is.Empty, "each thing is done once");
        var left = (await machines.ListAsync()).Items;
        Assert.That(left, Has.Count.EqualTo(verb is "delete" or "purge" or "import" or "ensure image" ? 0 : 1));
    }

    [Test]
    public async Task Older_backup_restored_under_running_machines_destroys_none_of_them()
    {
        var file = Path.Combine(_folder.Path, "data", "state.db");
        Guid old, young, stopped;
        await using (var host = new LifecycleHost(_folder.Path))
        {
            var image = await host.ImageAsync();
            old = (await (await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "old") with { RunPolicy = RunPolicy.Always })).CompletedAsync()).Id;
            stopped = (await (await host.LimiQuantix.Machines.CreateAsync(host.Spec(image, "stopped") with { RunPolicy = RunPolicy.Always })).CompletedAsync()).Id;
        }

        File.Copy(file, file + ".saved");
        await using (var host = new LifecycleHost(_folder.Path))
        {
            young = (await (await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync(), "young"))).CompletedAsync()).Id;
            await (await host.LimiQuantix.Machines.StopAsync(stopped, new() { Mode = StopMode.Force })).CompletedAsync();
        }

        File.Move(file + ".saved", file, overwrite: true);
        foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(file + beside);
        await using var restored = new LifecycleHost(_folder.Path);
        var machines = restored.LimiQuantix.Machines;
        await Eventually.TrueAsync(async () => (await machines.ListQuarantinedAsync()).Count == 1, "the machine that the backup does not know is quarantined");
        // Nothing is started before what runs was asked, and what was asked is what is wanted.
        await Eventually.TrueAsync(async () => await restored.State.GetAsync("reconciled-era") is not null, "the leader has asked what runs");
        var quarantined = (await machines.ListQuarantinedAsync()).Single();
        var doctor = (await restored.LimiQuantix.Doctor.CheckAsync()).Single(line => line.Name.Contains("quarantined", StringComparison.Ordinal));

        Assert.That(restored.World.Hypervisor().Find(young)!.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(restored.World.Hypervisor().Find(old)!.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(restored.World.Hypervisor().Find(stopped)!.PowerState, Is.EqualTo(PowerState.Stopped), "the backup wanted it to run, but it was stopped since");
        Assert.That((quarantined.Id, quarantined.Name, quarantined.CanBeAdopted), Is.EqualTo((young, "young", true)));
        Assert.That(doctor.Remedy, Does.Contain($"AdoptAsync(new Guid(\"{young}\"))").And.Contain($"PurgeAsync(new Guid(\"{young}\"))"));

        Assert.That(await machines.ListQuarantinedAsync(new() { Node = new LimiQuantix.Nodes.NodeId("elsewhere") }), Is.Empty);
        var wrong = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.AdoptAsync(young, new() { Name = "No Name" }));
        Assert.That((wrong!.Code, wrong.Error.Problems.Single().Pointer), Is.EqualTo((ErrorCodes.InvalidArgument, "/name")));
        var taken = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.AdoptAsync(young, new() { Name = "old" }));
        Assert.That(taken!.Code, Is.EqualTo(ErrorCodes.Conflict));
        var adopted = await machines.AdoptAsync(young, new() { Name = "younger" });
        Assert.That((adopted.Name, adopted.Status.Phase, adopted.Status.PowerState), Is.EqualTo(("younger", MachinePhase.Ready, PowerState.Running)));
        Assert.That(await machines.ListQuarantinedAsync(), Is.Empty);
        await (await machines.DeleteAsync(young)).CompletedAsync().WaitAsync(Patience);
        Assert.That(restored.World.Hypervisor().Find(young), Is.Null);
    }

    [Test]
    public async Task Call_past_its_deadline_keeps_the_resource_until_it_returns_and_what_it_made_late_is_undone()
    {
        await using var host = new LifecycleHost(_folder.Path, services => services.Configure<LimiQuantixOptions>(options =>
        {
            options.ProviderDeadlines.Copy = TimeSpan.FromSeconds(1);
            options.ProviderDeadlines.Cancel = TimeSpan.FromMilliseconds(100);
        }));
        var image = await host.ImageAsync();
        var before = await host.SnapshotAsync();
        var fault = host.World.Faults.Hang(nameof(IStorageBackend.EnsureVolumeAsync), ignoresToken: true);

        var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(image));
        var ended = await host.EndedAsync(creation.Id);
        var deletion = await host.LimiQuantix.Machines.DeleteAsync(creation.ResourceId);
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        var waiting = await host.LimiQuantix.Operations.GetAsync(deletion.Id);
        fault.Release();
        await deletion.CompletedAsync().WaitAsync(Patience);

        Assert.That((ended.Phase, ended.Error!.Code), Is.EqualTo((OperationPhase.Failed, ErrorCodes.Timeout)));
        Assert.That(waiting.Phase, Is.EqualTo(OperationPhase.Pending), "the call may still make something");
        Assert.That(host.World.Effects.Where(call => call.Member == nameof(IStorageBackend.EnsureVolumeAsync)), Has.Exactly(1).Items, "it was made late");
        await host.MustBecomeAsync(before, "what was made late is gone");
    }

    [Test]
    public async Task Start_gives_the_machine_the_devices_that_it_has_after_a_reboot()
    {
        await using var host = new LifecycleHost(Path.Combine(_folder.Path, "a"), pool: options => options.GivesDevices = true);
        var machine = await MachineAsync(host);
        var first = host.World.Hypervisor().Find(machine.Id)!.Definition.Disks.Single().Attachment;
        host.World.Hypervisor().CutPower();
        host.World.Storage().Reboot();

        await (await host.LimiQuantix.Machines.StartAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);

        var second = host.World.Hypervisor().Find(machine.Id)!.Definition.Disks.Single().Attachment;
        Assert.That(second, Is.Not.EqualTo(first));
    }

    [Test]
    public async Task Tombstone_lets_what_is_left_of_a_deleted_machine_go()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var machine = await MachineAsync(host);
        var thing = host.World.Hypervisor().Find(machine.Id)!;
        await (await host.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
        host.World.Hypervisor().PutBack(thing);
        host.World.Hypervisor().Tell(HypervisorEventKind.Resync);

        await Eventually.TrueAsync(() => host.World.Hypervisor().Find(machine.Id) is null, "what was deleted on purpose goes");
    }

    private static void OneAtATime(IServiceCollection services) => services.Configure<LimiQuantixOptions>(options => options.MaxParallelOperations = 1);

    private static async Task<VirtualMachine> MachineAsync(LifecycleHost host, bool start = true)
    {
        var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync(), start: start));
        return await creation.CompletedAsync().WaitAsync(Patience);
    }
}
