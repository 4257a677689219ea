using LimiQuantix.Conformance;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>Machines that QEMU itself holds.</summary>
[TestFixture, Category("Integration")]
public sealed class HeldMachineTests
{
    [Test]
    public async Task Machine_whose_disk_has_no_room_is_held_says_so_and_goes_on_when_there_is_room()
    {
        await using FullDisk disk = await FullDisk.MountAsync(8 << 20);
        string sector = Path.Combine(disk.Path, "sector");
        string path = Path.Combine(disk.Path, "disk");
        await File.WriteAllBytesAsync(sector, BootSectors.DiskWriter);
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["convert", "-q", "-f", "raw", "-O", "qcow2", sector, path]);
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["resize", "-q", path, "32M"]);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        // The daemon sees what was mounted before it began.
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using var host = new TestHost(Guid.CreateVersion7());
        await using IHypervisor hypervisor = host.Open(libvirtd.Uri);
        MachineDefinition writer = TestMachines.Small(installation: host.Context.InstallationId) with { Disks = [TestMachines.File(path) with { BootOrder = 1 }] };
        MachineObservation made = await hypervisor.EnsureDefinedAsync(writer);
        Guid id = made.MachineId!.Value;
        try
        {
            await using var events = new EventLog(hypervisor);
            await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
            await hypervisor.StartAsync(writer);
            await events.UntilAsync(e => e.MachineId == id && e.PowerState == PowerState.Paused);
            MachineObservation held = (await hypervisor.ObserveAsync(id))!;
            Assert.That((held.PowerState, held.PauseCause, held.Reason), Is.EqualTo((PowerState.Paused, PauseCause.NoSpace, "ioerror: vda: no space")));
            // Without room it is held again at once.
            await hypervisor.ResumeAsync(id);
            await Eventually.TrueAsync(async () => (await hypervisor.ObserveAsync(id))!.PauseCause == PauseCause.NoSpace, "it is held again");

            await disk.GrowAsync(64 << 20);
            await hypervisor.ResumeAsync(id);
            await Eventually.TrueAsync(() => new FileInfo(path).Length > 12 << 20, "it writes on");
            Assert.That((await hypervisor.ObserveAsync(id))!.PowerState, Is.EqualTo(PowerState.Running));
        }
        finally
        {
            await hypervisor.DeleteAsync(id);
        }
    }
}
