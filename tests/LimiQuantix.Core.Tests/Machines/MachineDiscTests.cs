using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineDiscTests
{
    [Test]
    public async Task Disc_is_changed_while_the_machine_runs_and_taken_out()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync(platform.Spec() with { Disks = [.. platform.Spec().Disks, DiskSpec.Cd() with { Name = "cd" }] });

        var with = await (await machines.AttachIsoAsync(machine.Id, platform.Image.Id)).CompletedAsync();

        Assert.That(((IsoDiskSource)with.Spec.Disks[1].Source).ImageId, Is.EqualTo(platform.Image.Id));
        Assert.That(with.Status.PendingChanges, Is.Empty);
        var volume = with.Status.Disks[1].VolumeId;
        Assert.That(platform.Hypervisor.Defined[machine.Id].Disks[1].VolumeId, Is.EqualTo(volume).And.Not.Null);
        Assert.That(platform.Hypervisor.Calls["ChangeMediaAsync"], Is.EqualTo(1));

        var without = await (await machines.EjectIsoAsync(machine.Id)).CompletedAsync();

        Assert.That(without.Status.Disks[1].VolumeId, Is.Null);
        Assert.That(platform.Hypervisor.Defined[machine.Id].Disks[1].VolumeId, Is.Null);
        Assert.That(platform.Fake.Storage.Volumes, Does.Not.ContainKey(volume!.Value));
    }

    [Test]
    public async Task Disc_for_a_machine_without_a_drive_says_how_to_get_one()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.AttachIsoAsync(machine.Id, platform.Image.Id));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(refused.Remedy, Does.Contain("IsoDiskSource"));
    }
}
