using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineUpdateTests
{
    private const long GiB = 1L << 30;

    [Test]
    public async Task Update_of_a_machine_that_is_off_is_done_at_once()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);

        var updated = await machines.UpdateAsync(machine.Id, new MachineUpdate { Cpu = new MachineCpu { Count = 2 }, Memory = new MachineMemory { SizeBytes = 512L << 20 } });

        Assert.That((updated.Spec.Cpu.Count, updated.Spec.Memory.SizeBytes), Is.EqualTo((2, 512L << 20)));
        Assert.That(updated.Generation, Is.GreaterThan(machine.Generation));
        Assert.That(updated.Status.AppliedGeneration, Is.EqualTo(updated.Generation));
        Assert.That(updated.Status.PendingChanges, Is.Empty);
        Assert.That(platform.Hypervisor.Defined[machine.Id].Cpu.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Update_of_a_machine_that_is_on_waits_for_the_next_start()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();

        var pending = await machines.UpdateAsync(machine.Id, new MachineUpdate { Cpu = new MachineCpu { Count = 2 } });

        Assert.That(pending.Spec.Cpu.Count, Is.EqualTo(2));
        Assert.That(pending.Status.AppliedGeneration, Is.LessThan(pending.Generation));
        Assert.That(pending.Status.PendingChanges.Select(change => (change.Pointer, change.Effect)), Is.EqualTo(new[] { ("/spec/cpu/count", ChangeEffect.NeedsPowerOff) }));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Cpu.Count, Is.EqualTo(1));

        var restarted = await (await machines.RestartAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();

        Assert.That(restarted.Status.PendingChanges, Is.Empty);
        Assert.That(restarted.Status.AppliedGeneration, Is.EqualTo(restarted.Generation));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Cpu.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Disks_and_interfaces_are_added_changed_and_removed_by_their_names()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);

        var more = await machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = new() { Source = new BlankDiskSource(), SizeBytes = GiB } },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = new() { Forwards = [new PortForward { GuestPort = 80 }] } },
        });

        Assert.That(more.Status.Disks.Select(disk => disk.Name), Is.EqualTo(new[] { "disk0", "data" }));
        Assert.That(more.Status.Nics.Select(nic => nic.Name), Is.EqualTo(new[] { "nic0", "second" }));
        Assert.That(more.Status.Nics[1].Forwards.Single().HostPort, Is.GreaterThan(0));
        Assert.That(platform.Fake.Storage.Volumes, Contains.Key(more.Status.Disks[1].VolumeId!.Value));
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Has.Count.EqualTo(2));
        var defined = platform.Hypervisor.Defined[machine.Id];
        Assert.That((defined.Disks.Count, defined.Nics.Count), Is.EqualTo((2, 2)));

        var changed = await machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = new() { Forwards = [] } },
        });
        Assert.That(changed.Status.Nics[1].Forwards, Is.Empty);
        Assert.That(changed.Status.Nics[1].MacAddress, Is.EqualTo(more.Status.Nics[1].MacAddress), "the guest knows it by its address");

        var less = await machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = null },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = null },
        });
        Assert.That((less.Status.Disks.Count, less.Status.Nics.Count), Is.EqualTo((1, 1)));
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(1));
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Has.Count.EqualTo(1));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Disks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Interface_gets_another_address_its_former_is_free_and_one_that_is_taken_is_refused()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);
        var former = machine.Status.Nics[0].MacAddress;

        var changed = await machines.UpdateAsync(machine.Id, Nic(new() { MacAddress = "52:54:00:aa:bb:01" }));

        Assert.That(changed.Status.Nics.Single().MacAddress, Is.EqualTo("52:54:00:aa:bb:01"));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Nics.Single().MacAddress, Is.EqualTo("52:54:00:aa:bb:01"));
        var other = await StoppedAsync(platform, platform.Spec("web-2") with { Nics = [new NicSpec { MacAddress = former }] });
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(machine.Id, Nic(new() { MacAddress = former })));
        var plan = await machines.PlanCreateAsync(platform.Spec("web-3") with { Nics = [new NicSpec { MacAddress = former }] });
        Assert.That((refused!.Code, plan.Error!.Code), Is.EqualTo((ErrorCodes.Conflict, ErrorCodes.Conflict)));
        Assert.That(refused.Message, Does.Contain(former));
        await (await machines.DeleteAsync(other.Id)).CompletedAsync();
        Assert.That((await machines.UpdateAsync(machine.Id, Nic(new() { MacAddress = former }))).Status.Nics.Single().MacAddress, Is.EqualTo(former));
    }

    [Test]
    public async Task Hypervisor_that_says_that_something_takes_more_is_heard()
    {
        var fake = new FakePlatform();
        fake.Hypervisor.Description = fake.Hypervisor.Description with
        {
            ChangeEffects = new Dictionary<string, ChangeEffect> { ["memory"] = ChangeEffect.NeedsReplacement },
        };
        await using var platform = await Platform.StartAsync(fake: fake);
        var machine = await StoppedAsync(platform);
        MachineUpdate update = new() { Memory = new MachineMemory { SizeBytes = 512L << 20 } };

        // The leader looks at its nodes by itself.
        await Eventually.TrueAsync(
            async () => (await platform.LimiQuantix.Machines.PlanUpdateAsync(machine.Id, update)).Changes.Single().Effect == ChangeEffect.NeedsReplacement, "the hypervisor is heard");

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.UpdateAsync(machine.Id, update));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
    }

    [Test]
    public async Task Removed_disk_that_is_kept_stays_in_its_pool_and_can_be_had_again()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);
        var with = await machines.UpdateAsync(machine.Id, Disk("data", new() { Source = new BlankDiskSource(), SizeBytes = GiB, KeepOnDelete = true }));
        var volume = with.Status.Disks[1].VolumeId!.Value;

        await machines.UpdateAsync(machine.Id, Disk("data", null));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(volume)).Status.MachineId, Is.Null);

        var again = await machines.UpdateAsync(machine.Id, Disk("old", new() { Source = new VolumeDiskSource { VolumeId = volume }, SizeBytes = 2 * GiB }));
        Assert.That((again.Status.Disks[1].VolumeId, again.Status.Disks[1].SizeBytes), Is.EqualTo((volume, 2 * GiB)));
        Assert.That(platform.Fake.Storage.Volumes[volume].SizeBytes, Is.EqualTo(2 * GiB));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(volume)).Spec.SizeBytes, Is.EqualTo(2 * GiB));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(volume)).Status.MachineId, Is.EqualTo(machine.Id));
    }

    [Test]
    public async Task Disk_grows_with_the_power_off_and_never_shrinks()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);
        var volume = machine.Status.Disks[0].VolumeId!.Value;

        var grown = await machines.UpdateAsync(machine.Id, Disk("disk0", new() { SizeBytes = 2 * GiB }));

        Assert.That(grown.Status.Disks[0].SizeBytes, Is.EqualTo(2 * GiB));
        Assert.That(platform.Fake.Storage.Volumes[volume].SizeBytes, Is.EqualTo(2 * GiB));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(volume)).Spec.SizeBytes, Is.EqualTo(2 * GiB));
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(machine.Id, Disk("disk0", new() { SizeBytes = GiB })));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(refused.Error.Problems.Single().Pointer, Is.EqualTo("/spec/disks/0/sizeBytes"));
        Assert.That((await (await machines.StartAsync(machine.Id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Growth_of_a_machine_that_is_on_is_done_at_its_next_start()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        var pending = await machines.UpdateAsync(machine.Id, Disk("disk0", new() { SizeBytes = 2 * GiB }));
        Assert.That(pending.Status.Disks[0].SizeBytes, Is.EqualTo(GiB));
        Assert.That(pending.Status.PendingChanges.Single().Pointer, Is.EqualTo("/spec/disks/0/sizeBytes"));

        await (await machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();
        var started = await (await machines.StartAsync(machine.Id)).CompletedAsync();

        Assert.That(started.Status.Disks[0].SizeBytes, Is.EqualTo(2 * GiB));
        Assert.That(started.Status.PendingChanges, Is.Empty);
    }

    [Test]
    public async Task Failed_update_leaves_the_machine_and_its_spec_as_they_were()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);
        platform.Hypervisor.FailOnce["UpdateAsync"] = new LimiQuantixException(ErrorCodes.Internal, "It does not.");

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 2 },
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = new() { Source = new BlankDiskSource(), SizeBytes = GiB } },
            Nics = new Dictionary<string, NicUpdate?> { ["second"] = new() },
        }));

        Assert.That(refused!.Message, Does.Contain("It does not."));
        var there = await machines.GetAsync(machine.Id);
        Assert.That((there.Spec.Cpu.Count, there.Spec.Disks.Count, there.Spec.Nics!.Count), Is.EqualTo((1, 1, 1)));
        Assert.That(there.Status.PendingChanges, Is.Empty);
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(1));
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Has.Count.EqualTo(1));
        Assert.That((await (await machines.StartAsync(machine.Id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task What_a_failed_update_could_not_undo_is_removed_with_the_next_start()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);
        platform.Hypervisor.FailOnce["UpdateAsync"] = new LimiQuantixException(ErrorCodes.Internal, "It does not.");
        platform.Fake.Storage.Fail["DeleteVolumeAsync"] = new LimiQuantixException(ErrorCodes.Internal, "It stays.");
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.UpdateAsync(machine.Id, Disk("data", new() { Source = new BlankDiskSource(), SizeBytes = GiB })));
        Assert.That(refused!.Message, Does.Contain("Not everything could be undone").And.Contain("It stays."));
        Assert.That((await machines.GetAsync(machine.Id)).Spec.Disks, Has.Count.EqualTo(1));
        platform.Fake.Storage.Fail.Clear();

        await (await machines.StartAsync(machine.Id)).CompletedAsync();

        await Eventually.TrueAsync(() => platform.Fake.Storage.Volumes.Count == 1, "what was left is removed");
        await Eventually.TrueAsync(async () => (await platform.LimiQuantix.Volumes.ListAsync()).Items.Count == 1, "and its record");
    }

    [Test]
    public async Task Wish_that_is_taken_back_before_it_was_applied_leaves_nothing()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        var pending = await machines.UpdateAsync(machine.Id, Disk("data", new() { Source = new BlankDiskSource(), SizeBytes = GiB }));
        Assert.That(pending.Status.PendingChanges, Is.Not.Empty);
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(2));

        var back = await machines.UpdateAsync(machine.Id, Disk("data", null));

        Assert.That(back.Status.PendingChanges, Is.Empty);
        Assert.That(back.Status.AppliedGeneration, Is.EqualTo(back.Generation));
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Removal_that_waits_is_taken_back_with_the_disk_and_its_data()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync(platform.Spec() with { Disks = [.. platform.Spec().Disks, DiskSpec.Blank(GiB) with { Name = "data" }] });
        var volume = machine.Status.Disks[1].VolumeId;
        await machines.UpdateAsync(machine.Id, Disk("data", null));

        var back = await machines.UpdateAsync(machine.Id, Disk("data", new() { Source = new BlankDiskSource(), SizeBytes = GiB }));

        Assert.That(back.Status.PendingChanges, Is.Empty);
        Assert.That(back.Status.Disks[1].VolumeId, Is.EqualTo(volume));
        Assert.That(platform.Fake.Storage.Volumes, Contains.Key(volume!.Value));
    }

    [Test]
    public async Task Deleted_machine_takes_with_it_what_waits()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync(platform.Spec() with { Disks = [.. platform.Spec().Disks, DiskSpec.Blank(GiB) with { Name = "data" }] });
        await machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = null, ["more"] = new() { Source = new BlankDiskSource(), SizeBytes = GiB } },
            Nics = new Dictionary<string, NicUpdate?> { ["nic0"] = null, ["other"] = new() },
        });
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(3));

        await (await machines.DeleteAsync(machine.Id)).CompletedAsync();

        Assert.That(platform.Fake.Storage.Volumes, Is.Empty);
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Is.Empty);
    }

    [Test]
    public async Task Run_policy_and_keeping_are_done_in_place()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();

        var updated = await machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            RunPolicy = RunPolicy.OnFailure,
            Disks = new Dictionary<string, DiskUpdate?> { ["disk0"] = new() { KeepOnDelete = true } },
        });

        Assert.That((updated.Spec.RunPolicy, updated.Spec.Disks[0].KeepOnDelete), Is.EqualTo((RunPolicy.OnFailure, true)));
        Assert.That(updated.Status.PendingChanges, Is.Empty);
        Assert.That((await machines.UpdateAsync(machine.Id, new MachineUpdate { RunPolicy = RunPolicy.Manual })).Spec.RunPolicy, Is.EqualTo(RunPolicy.Manual));
    }

    [Test]
    public async Task Plan_tells_every_change_with_its_effect_and_changes_nothing()
    {
        var fake = new FakePlatform();
        fake.Storage.Grows = false;
        await using var platform = await Platform.StartAsync(fake: fake);
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();

        var plan = await machines.PlanUpdateAsync(machine.Id, new MachineUpdate
        {
            Name = "other",
            Labels = new Dictionary<string, string?> { ["team"] = "blue" },
            RunPolicy = RunPolicy.Always,
            Memory = new MachineMemory { SizeBytes = GiB },
            Disks = new Dictionary<string, DiskUpdate?> { ["disk0"] = new() { SizeBytes = 2 * GiB, Pool = "other" } },
            Channels = [],
        });

        Assert.That(plan.Changes.Select(change => (change.Pointer, change.Effect)), Is.EquivalentTo(new[]
        {
            ("/name", ChangeEffect.InPlace),
            ("/labels/team", ChangeEffect.InPlace),
            ("/spec/runPolicy", ChangeEffect.InPlace),
            ("/spec/memory/sizeBytes", ChangeEffect.NeedsPowerOff),
            ("/spec/channels", ChangeEffect.NeedsPowerOff),
            ("/spec/disks/0/sizeBytes", ChangeEffect.NeedsPowerOff),
            ("/spec/disks/0/pool", ChangeEffect.NeedsReplacement),
        }));
        Assert.That((plan.IsPossible, plan.Error!.Code), Is.EqualTo((false, ErrorCodes.FailedPrecondition)));
        var alone = await machines.PlanUpdateAsync(machine.Id, Disk("disk0", new() { SizeBytes = 2 * GiB }));
        Assert.That((alone.Changes.Single().Effect, alone.IsPossible), Is.EqualTo((ChangeEffect.Impossible, false)));
        Assert.That(alone.Changes.Single().Reason, Does.Contain("pool"));
        Assert.That((await machines.GetAsync(machine.Id)).Generation, Is.EqualTo(machine.Generation));
    }

    [Test]
    public async Task Updates_of_one_machine_at_the_same_time_all_have_their_way()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await StoppedAsync(platform);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => machines.UpdateAsync(
            machine.Id, Disk($"d{number}", new() { Source = new BlankDiskSource(), SizeBytes = GiB })))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That((await machines.GetAsync(machine.Id)).Status.Disks, Has.Count.EqualTo(7));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Disks, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task Machine_without_a_channel_gains_one()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await StoppedAsync(platform, platform.Spec() with { Channels = [] });
        await platform.LimiQuantix.Machines.UpdateAsync(machine.Id, new MachineUpdate { Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }] });
        Assert.That(platform.Hypervisor.Defined[machine.Id].Channels, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Update_that_asks_for_what_there_is_stores_nothing()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var same = await platform.LimiQuantix.Machines.UpdateAsync(machine.Id, new MachineUpdate { Cpu = machine.Spec.Cpu, Disks = new Dictionary<string, DiskUpdate?> { ["none"] = null } });
        Assert.That((same.Generation, same.Status.PendingChanges.Count), Is.EqualTo((machine.Generation, 0)));
        Assert.That((await platform.LimiQuantix.Operations.ListAsync()).Items.Select(operation => operation.Kind), Has.None.EqualTo("machines.update"));
    }

    [Test]
    public async Task Update_is_refused_with_every_problem_of_the_spec_that_it_would_give()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.UpdateAsync(machine.Id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 0 },
            Disks = new Dictionary<string, DiskUpdate?> { ["data"] = new() { Source = new BlankDiskSource() } },
        }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(refused.Message, Does.Contain("Cpu.Count").And.Contain("SizeBytes"));
    }

    private static MachineUpdate Nic(NicUpdate nic) => new() { Nics = new Dictionary<string, NicUpdate?> { ["nic0"] = nic } };

    private static MachineUpdate Disk(string name, DiskUpdate? disk) => new() { Disks = new Dictionary<string, DiskUpdate?> { [name] = disk } };

    private static Task<VirtualMachine> StoppedAsync(Platform platform, MachineSpec? spec = null) => platform.CreateAsync((spec ?? platform.Spec()) with { Start = false });
}
