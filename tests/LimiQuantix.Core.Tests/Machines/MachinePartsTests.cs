using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>Machines of several disks and interfaces, on the strict fakes.</summary>
public sealed class MachinePartsTests
{
    private TemporaryFolder _folder = null!;
    private LifecycleHost _host = null!;
    private Image _image = null!;

    private IMachines Machines => _host.LimiQuantix.Machines;

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = new TemporaryFolder();
        _host = new LifecycleHost(_folder.Path);
        _image = await _host.ImageAsync();
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _host.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Test]
    public async Task Machine_gets_a_volume_for_each_disk_and_a_port_for_each_interface()
    {
        var iso = await IsoAsync();
        var machine = await CreateAsync(Spec("web-1", DiskSpec.FromImage(_image.Id, 1L << 30), DiskSpec.Blank(2L << 30) with { Name = "data", Bus = DiskBus.Scsi }, DiskSpec.Cd(iso.Id), DiskSpec.Cd()) with
        {
            Nics = [new NicSpec(), new NicSpec { Name = "inner", MacAddress = "52:54:00:00:00:07" }],
        });

        var defined = _host.World.Hypervisor().Find(machine.Id)!.Definition;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(machine.Spec.Disks.Select(disk => disk.Name), Is.EqualTo(new[] { "disk0", "data", "disk2", "disk3" }));
            Assert.That(machine.Status.Disks.Select(disk => disk.SizeBytes), Is.EqualTo(new[] { 1L << 30, 2L << 30, 64L << 10, 0 }));
            Assert.That(defined.Disks.Select(disk => disk.VolumeId), Is.EqualTo(machine.Status.Disks.Select(disk => disk.VolumeId)));
            Assert.That(defined.Disks.Select(disk => (disk.Kind, disk.Bus, disk.BootOrder, disk.Attachment?.IsReadOnly)), Is.EqualTo(new (DiskKind, DiskBus, int?, bool?)[]
            {
                (DiskKind.Disk, DiskBus.Virtio, 1, false), (DiskKind.Disk, DiskBus.Scsi, null, false), (DiskKind.Cd, DiskBus.Sata, null, true), (DiskKind.Cd, DiskBus.Sata, null, null),
            }));
            Assert.That(defined.Nics.Select(nic => nic.PortId), Is.EqualTo(machine.Status.Nics.Select(nic => nic.PortId)));
            Assert.That(defined.Nics[1].MacAddress, Is.EqualTo("52:54:00:00:00:07"));
            Assert.That(defined.Disks.Select(disk => disk.Id).Concat(defined.Nics.Select(nic => nic.Id)), Is.Unique);
            Assert.That((await _host.LimiQuantix.Volumes.ListAsync()).Items.Select(volume => volume.Status.MachineId), Is.EqualTo(Enumerable.Repeat(machine.Id, 3)));
        }

        await DeleteAsync(machine);
        Assert.That((await _host.LimiQuantix.Volumes.ListAsync()).Items, Is.Empty);
        Assert.That(_host.World.Things.Where(thing => thing.Key.Contains("/volumes/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_is_left_out_is_chosen_once_and_written_into_the_spec()
    {
        var machine = await CreateAsync(new MachineSpec { Name = "web-1", Image = _image.Id, AllowNoLogin = true });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(machine.Spec.Image, Is.Null);
            Assert.That(machine.Spec.Disks.Single(), Is.EqualTo(DiskSpec.FromImage(_image.Id, 20L << 30) with { Name = "disk0", Pool = machine.Status.Disks[0].Pool, Bus = DiskBus.Virtio }));
            Assert.That(machine.Spec.Nics!.Single().Source, Is.EqualTo(new NetworkNicSource { NetworkId = machine.Status.Nics[0].NetworkId }));
            Assert.That(machine.Spec.Channels, Is.EqualTo(new MachineChannel[] { new VirtioChannel { Name = VirtioChannel.QemuGuestAgent } }));
            Assert.That(machine.Spec.Serials, Is.EqualTo(new[] { new MachineSerial { Log = true } }));
            Assert.That(machine.Spec.Graphics, Is.EqualTo(new[] { new MachineGraphics() }));
        }

        // The same words give the same machine, and so does what they were written out as.
        Assert.That((await Machines.EnsureAsync(new MachineSpec { Name = "web-1", Image = _image.Id, AllowNoLogin = true })).Id, Is.EqualTo(machine.Id));
        Assert.That((await Machines.EnsureAsync(machine.Spec)).Id, Is.EqualTo(machine.Id));
    }

    [Test]
    public async Task Volume_that_is_kept_outlives_its_machine_and_serves_another()
    {
        var first = await CreateAsync(Spec("first", DiskSpec.FromImage(_image.Id, 1L << 30), DiskSpec.Blank(1L << 30) with { Name = "data", KeepOnDelete = true }));
        var kept = first.Status.Disks[1].VolumeId!.Value;
        await DeleteAsync(first);
        Assert.That((await _host.LimiQuantix.Volumes.ListAsync()).Items.Select(volume => (volume.Id, volume.Status.MachineId)), Is.EqualTo(new[] { (kept, (Guid?)null) }));

        var second = await CreateAsync(Spec("second", DiskSpec.FromImage(_image.Id, 1L << 30), new DiskSpec { Source = new VolumeDiskSource { VolumeId = kept } }));
        Assert.That(second.Status.Disks[1].VolumeId, Is.EqualTo(kept));
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => CreateAsync(Spec("third", new DiskSpec { Source = new VolumeDiskSource { VolumeId = kept } })));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        await DeleteAsync(second);
        Assert.That((await _host.LimiQuantix.Volumes.GetAsync(kept)).Status.MachineId, Is.Null);
    }

    [Test]
    public async Task Failed_creation_gives_a_volume_back_that_was_there_and_leaves_none_of_its_own()
    {
        var first = await CreateAsync(Spec("first", DiskSpec.FromImage(_image.Id, 1L << 30), DiskSpec.Blank(1L << 30) with { KeepOnDelete = true }));
        var kept = first.Status.Disks[1].VolumeId!.Value;
        await DeleteAsync(first);
        _host.World.Faults.Throw(nameof(IHypervisor.EnsureDefinedAsync));

        await Assert.ThrowsAsync<LimiQuantixException>(() => CreateAsync(Spec("second", DiskSpec.FromImage(_image.Id, 1L << 30), new DiskSpec { Source = new VolumeDiskSource { VolumeId = kept } })));

        Assert.That((await _host.LimiQuantix.Volumes.ListAsync()).Items.Select(volume => (volume.Id, volume.Status.MachineId)), Is.EqualTo(new[] { (kept, (Guid?)null) }));
    }

    private async Task<Image> IsoAsync()
    {
        var bytes = new byte[64 << 10];
        "\u0001CD001"u8.CopyTo(bytes.AsSpan(32 << 10));
        return await _host.LimiQuantix.Images.EnsureAsync(_host.World.Images().Put("tools.iso", bytes).ToString());
    }

    private MachineSpec Spec(string name, params DiskSpec[] disks) => _host.Spec(_image, name) with { Disks = disks };

    private async Task<VirtualMachine> CreateAsync(MachineSpec spec) =>
        await (await Machines.CreateAsync(spec)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);

    private async Task DeleteAsync(VirtualMachine machine) =>
        await (await Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
}
