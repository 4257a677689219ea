using LimiQuantix.Machines;
using LimiQuantix.Networks;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class HypervisorSuite
{
    [Test]
    public async Task Updated_machine_is_what_it_was_updated_to()
    {
        var definition = await TrackedAsync() with { Channels = [] };
        var made = await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        var more = (await NewDefinitionAsync()).Disks[0];
        var wanted = definition with
        {
            Cpu = new MachineCpu { Count = 2, Topology = new CpuTopology { Sockets = 1, Cores = 2 } },
            Memory = new MachineMemory { SizeBytes = definition.Memory.SizeBytes * 2 },
            Disks = [.. definition.Disks, more with { BootOrder = null }, new MachineDisk { Id = Guid.CreateVersion7(), Kind = DiskKind.Cd, Bus = DiskBus.Sata }],
            Nics = [.. definition.Nics, new MachineNic { Id = Guid.CreateVersion7(), PortId = Guid.CreateVersion7(), MacAddress = "52:54:00:99:00:01", Attachment = new UserNic { NodeId = Context.NodeId } }],
            Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }],
            Serials = [new MachineSerial { Log = true }],
            Devices = [new WatchdogDevice { Action = WatchdogAction.Reset }],
            MachineType = made.MachineType,
        };

        var updated = await Provider.UpdateAsync(wanted).WaitAsync(Patience);

        Assert.That((updated.MachineId, updated.PowerState, updated.MachineType), Is.EqualTo((made.MachineId, PowerState.Stopped, made.MachineType)));
        Assert.That(updated.Drift, Is.Empty);
        await Provider.EnsureDefinedAsync(wanted).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureDefinedAsync(definition));
        Assert.That((await Provider.UpdateAsync(wanted).WaitAsync(Patience)).Drift, Is.Empty, "once more is the same");
        await Provider.StartAsync(wanted).WaitAsync(Patience);
        Assert.That((await Provider.ObserveAsync(definition.Ownership.ResourceId).WaitAsync(Patience))!.Drift, Is.Empty);
        await Provider.StopAsync(definition.Ownership.ResourceId, StopMode.Force).WaitAsync(Patience);

        // And all of it taken away again.
        Assert.That((await Provider.UpdateAsync(definition with { MachineType = made.MachineType }).WaitAsync(Patience)).Drift, Is.Empty);
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await Provider.StartAsync(definition).WaitAsync(Patience);
    }

    [Test]
    public async Task Machine_that_is_on_is_not_updated()
    {
        var definition = await TrackedAsync();
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
        await Provider.StartAsync(definition).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.UpdateAsync(definition with { Cpu = new MachineCpu { Count = definition.Cpu.Count + 1 } }));
        await Provider.StartAsync(definition).WaitAsync(Patience);
    }

    [Test]
    public async Task Update_that_is_not_valid_is_refused_and_changes_nothing()
    {
        var definition = await TrackedAsync();
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.UpdateAsync(definition with { Memory = new MachineMemory { SizeBytes = 0 } }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.UpdateAsync(definition with { Disks = [definition.Disks[0], definition.Disks[0]] }));
        await Provider.EnsureDefinedAsync(definition).WaitAsync(Patience);
    }

    [Test]
    public async Task Disc_is_changed_in_a_drive_of_a_machine_that_is_on()
    {
        if (Provider.GetCapability<ISupportsMediaChange>() is not { } media)
        {
            Assert.Ignore("It changes discs with the power off only.");
            return;
        }

        var drive = new MachineDisk { Id = Guid.CreateVersion7(), Kind = DiskKind.Cd, Bus = DiskBus.Sata };
        var definition = await TrackedAsync();
        var empty = definition with { Disks = [.. definition.Disks, drive] };
        var disc = (await NewDefinitionAsync()).Disks[0];
        var full = definition with { Disks = [.. definition.Disks, drive with { VolumeId = disc.VolumeId, Attachment = disc.Attachment! with { IsReadOnly = true } }] };
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(empty).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.FailedPrecondition, () => media.ChangeMediaAsync(full, drive.Id));
        await Provider.StartAsync(empty).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.NotFound, () => media.ChangeMediaAsync(full, Guid.CreateVersion7()));
        await RefusedAsync(ErrorCodes.NotFound, () => media.ChangeMediaAsync(full, definition.Disks[0].Id));

        await media.ChangeMediaAsync(full, drive.Id).WaitAsync(Patience);
        await media.ChangeMediaAsync(full, drive.Id).WaitAsync(Patience);

        Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.Drift, Is.Empty);
        await Provider.EnsureDefinedAsync(full).WaitAsync(Patience);
        await Provider.StopAsync(id, StopMode.Force).WaitAsync(Patience);
        await Provider.StartAsync(full).WaitAsync(Patience);
        await media.ChangeMediaAsync(empty, drive.Id).WaitAsync(Patience);
        await Provider.EnsureDefinedAsync(empty).WaitAsync(Patience);
        Assert.That((await Provider.ObserveAsync(id).WaitAsync(Patience))!.Drift, Is.Empty);
    }
}
