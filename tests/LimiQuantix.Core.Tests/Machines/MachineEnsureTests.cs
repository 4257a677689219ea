using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineEnsureTests
{
    [Test]
    public async Task Ensure_gives_the_same_machine_when_called_again()
    {
        await using var platform = await Platform.StartAsync();
        var first = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        var second = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(second.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task Ensure_gives_one_machine_when_many_call_at_once()
    {
        await using var platform = await Platform.StartAsync();
        var machines = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec())));
        Assert.That(machines.Select(machine => machine.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Ensure_starts_a_machine_that_is_off()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        platform.Hypervisor.Set(machine.Id, PowerState.Stopped);
        machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Ensure_is_a_conflict_that_names_the_member_when_the_spec_differs()
    {
        await using var platform = await Platform.StartAsync();
        await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec() with { Memory = new MachineMemory { SizeBytes = 512L << 20 } }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(thrown.Message, Does.Contain("memory"));
    }

    [Test]
    public async Task Ensure_makes_the_machine_anew_when_its_creation_had_failed()
    {
        await using var platform = await Platform.StartAsync();
        platform.Hypervisor.Fail[nameof(IHypervisor.StartAsync)] = new LimiQuantixException(ErrorCodes.Internal, "No.");
        await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec()));
        platform.Hypervisor.Fail.Clear();
        var machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(machine.Status.Phase, Is.EqualTo(MachinePhase.Ready));
    }

    [Test]
    public async Task Ensure_makes_a_difference_that_needs_the_power_off_when_it_is_off()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await machines.EnsureAsync(platform.Spec());
        var larger = platform.Spec() with
        {
            Memory = new MachineMemory { SizeBytes = 512L << 20 },
            Disks = [DiskSpec.FromImage(platform.Image.Id, 2L << 30), DiskSpec.Blank(1L << 30) with { Name = "data" }],
        };
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.EnsureAsync(larger));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(refused.Message, Does.Contain("memory.sizeBytes is 268435456 and wanted 536870912: needs the power off"));
        Assert.That(refused.Error.Problems.Select(problem => problem.Pointer), Is.EquivalentTo(new[] { "/spec/memory/sizeBytes", "/spec/disks/0/sizeBytes", "/spec/disks/1" }));
        platform.Hypervisor.Set(machine.Id, PowerState.Stopped);

        var changed = await machines.EnsureAsync(larger);

        Assert.That((changed.Id, changed.Status.PowerState), Is.EqualTo((machine.Id, PowerState.Running)));
        Assert.That(changed.Status.Disks.Select(disk => disk.SizeBytes), Is.EqualTo(new[] { 2L << 30, 1L << 30 }));
        Assert.That(platform.Hypervisor.Defined[machine.Id].Memory.SizeBytes, Is.EqualTo(512L << 20));
        Assert.That((await machines.EnsureAsync(larger)).Generation, Is.EqualTo(changed.Generation));
    }

    [Test]
    public async Task Ensure_takes_no_disk_away_and_replaces_nothing()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var spec = platform.Spec() with { Start = false };
        await machines.EnsureAsync(spec with { Disks = [.. spec.Disks, DiskSpec.Blank(1L << 30) with { Name = "data" }] });

        var less = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.EnsureAsync(spec));
        var other = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.EnsureAsync(
            spec with { Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi }, Disks = [.. spec.Disks, DiskSpec.Blank(1L << 30) with { Name = "data" }] }));

        Assert.That((less!.Code, other!.Code), Is.EqualTo((ErrorCodes.Conflict, ErrorCodes.Conflict)));
        Assert.That(less.Message, Does.Contain("disk 'data' is {").And.Contain("wanted absent"));
        Assert.That(less.Remedy, Does.Contain("UpdateAsync"));
        Assert.That(other.Message, Does.Contain("firmware.kind is \"bios\" and wanted \"uefi\": needs a new one"));
    }

    [Test]
    public async Task Label_policy_and_sharing_are_never_a_conflict()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        await machines.EnsureAsync(platform.Spec());
        var changed = await machines.EnsureAsync(platform.Spec() with
        {
            Labels = new Dictionary<string, string> { ["team"] = "blue" }, RunPolicy = RunPolicy.Always, Sharing = new ResourceSharing { Scope = SharingScope.Public },
        });
        Assert.That((changed.Labels["team"], changed.Spec.RunPolicy, changed.Sharing.Scope), Is.EqualTo(("blue", RunPolicy.Always, SharingScope.Public)));
        Assert.That((await machines.EnsureAsync(platform.Spec() with { RunPolicy = RunPolicy.Always })).Labels, Contains.Key("team"));
    }
}
