using System.Xml.Linq;
using LimiQuantix.Conformance;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

public sealed partial class DefinedMachineTests
{
    [Test]
    public async Task Every_part_of_a_machine_is_accepted_by_libvirt_and_no_drift()
    {
        MachineDefinition definition = Small() with
        {
            Cpu = new MachineCpu { Count = 4, Topology = new CpuTopology { Sockets = 1, Cores = 2, Threads = 2 }, Model = "qemu64" },
            Seed = new VolumeSeed { Content = new byte[2048] },
            Disks =
            [
                TestMachines.File(_host.Combine("root.qcow2")) with { BootOrder = 2 },
                TestMachines.File(_host.Combine("data.qcow2")) with { Bus = DiskBus.Scsi },
                TestMachines.File(_host.Combine("old.qcow2")) with { Bus = DiskBus.Sata },
                TestMachines.File(_host.Combine("tools.iso"), isReadOnly: true) with { Kind = DiskKind.Cd, Bus = DiskBus.Sata, BootOrder = 1 },
                new MachineDisk { Id = Guid.CreateVersion7(), Kind = DiskKind.Cd, Bus = DiskBus.Scsi },
            ],
            Graphics = [],
            Serials = [new MachineSerial { Log = true }, new MachineSerial()],
            Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }, new VirtioChannel { Name = VirtioChannel.GuestAgent }],
            Devices = [new WatchdogDevice { Action = WatchdogAction.PowerOff }],
        };
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(definition);
        XElement domain = XElement.Parse(await _libvirtd.VirshAsync("dumpxml", "--inactive", made.HypervisorName));
        XElement devices = domain.Element("devices")!;
        Assert.Multiple(() =>
        {
            Assert.That(made.Drift, Is.Empty);
            Assert.That((string?)domain.Element("cpu")?.Element("topology")?.Attribute("threads"), Is.EqualTo("2"));
            Assert.That((string?)domain.Element("cpu")?.Element("model"), Is.EqualTo("qemu64"));
            Assert.That(
                devices.Elements("disk").Select(disk => $"{disk.Attribute("device")!.Value} {disk.Element("target")!.Attribute("bus")!.Value} {disk.Element("boot")?.Attribute("order")?.Value}"),
                Is.EquivalentTo(new[] { "disk virtio 2", "disk scsi ", "disk sata ", "cdrom sata 1", "cdrom scsi ", "disk virtio " }));
            Assert.That(devices.Elements("disk").Where(disk => disk.Element("source") is null).Select(disk => (string?)disk.Element("alias")?.Attribute("name")),
                Is.EqualTo(new[] { $"ua-lqx-{definition.Disks[4].Id:D}" }));
            Assert.That(devices.Elements("graphics"), Is.Empty);
            Assert.That(devices.Elements("serial").Count(), Is.EqualTo(2));
            Assert.That(devices.Elements("channel").Select(channel => (string?)channel.Element("target")?.Attribute("name")),
                Is.EquivalentTo(new[] { VirtioChannel.QemuGuestAgent, VirtioChannel.GuestAgent }));
            Assert.That((string?)devices.Element("watchdog")?.Attribute("action"), Is.EqualTo("poweroff"));
        });
    }

    [TestCase(FirmwareKind.Bios, false)]
    [TestCase(FirmwareKind.Uefi, false)]
    [TestCase(FirmwareKind.Uefi, true)]
    public async Task Machine_gets_every_part_by_an_update_and_loses_it_by_another_and_no_drift(FirmwareKind firmware, bool isSecure)
    {
        MachineDefinition small = Small() with { Firmware = new MachineFirmware { Kind = firmware, SecureBoot = isSecure }, Disks = [TestMachines.File(_host.Combine("root.qcow2")) with { BootOrder = 1 }] };
        MachineDefinition large = small with
        {
            Cpu = new MachineCpu { Count = 4, Topology = new CpuTopology { Sockets = 1, Cores = 2, Threads = 2 }, Model = "qemu64" },
            Memory = new MachineMemory { SizeBytes = 1L << 30 },
            Disks =
            [
                small.Disks[0] with { BootOrder = 2 },
                .. Enumerable.Range(0, 12).Select(number => TestMachines.File(_host.Combine($"more{number}.qcow2"))),
                TestMachines.File(_host.Combine("data.qcow2")) with { Bus = DiskBus.Scsi },
                TestMachines.File(_host.Combine("tools.iso"), isReadOnly: true) with { Kind = DiskKind.Cd, Bus = DiskBus.Sata, BootOrder = 1 },
            ],
            Nics =
            [
                TestMachines.Nic(new BridgeNic { NodeId = NodeId.Local, Bridge = "br0", Mtu = 1400 }, "52:54:00:00:00:01") with { BootOrder = 3 },
                TestMachines.Nic(new UserNic { NodeId = NodeId.Local }, "52:54:00:00:00:02"),
            ],
            Serials = [new MachineSerial { Log = true }, new MachineSerial()],
            Channels = [new VirtioChannel { Name = VirtioChannel.GuestAgent }],
            Devices = [new WatchdogDevice { Action = WatchdogAction.PowerOff }],
            Graphics = [],
            Seed = new VolumeSeed { Content = new byte[2048] },
        };
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(small);
        XElement first = await FirstDiskAsync(made);

        Assert.That((await _hypervisor.UpdateAsync(large)).Drift, Is.Empty);

        Assert.That((await FirstDiskAsync(made)).Element("address")!.ToString(), Is.EqualTo(first.Element("address")!.ToString()));
        XElement devices = XElement.Parse(await _libvirtd.VirshAsync("dumpxml", "--inactive", made.HypervisorName)).Element("devices")!;
        Assert.That((devices.Elements("disk").Count(), devices.Elements("interface").Count(), devices.Elements("serial").Count(), devices.Elements("channel").Count()), Is.EqualTo((16, 1, 2, 1)));
        await _hypervisor.EnsureDefinedAsync(large);
        Assert.That((await _hypervisor.UpdateAsync(small)).Drift, Is.Empty);
        await _hypervisor.EnsureDefinedAsync(small);
        Assert.That((await FirstDiskAsync(made)).Element("address")!.ToString(), Is.EqualTo(first.Element("address")!.ToString()));
        Assert.That((await _hypervisor.ObserveAsync(small.Ownership.ResourceId))!.Drift, Is.Empty);

        async Task<XElement> FirstDiskAsync(MachineObservation machine) =>
            XElement.Parse(await _libvirtd.VirshAsync("dumpxml", "--inactive", machine.HypervisorName)).Element("devices")!.Elements("disk").First();
    }

    [Test]
    public async Task Every_kind_of_attachment_is_accepted_by_libvirt()
    {
        await File.WriteAllTextAsync(_host.Combine("ceph"), Convert.ToBase64String(new byte[28]));
        string hostile = "a & b <c> \"d\" 'e' ]]> ,f=g";
        MachineDefinition definition = Small() with
        {
            DisplayName = hostile,
            Seed = new VolumeSeed { Content = new byte[2048] },
            Disks =
            [
                TestMachines.File(_host.Combine(hostile + ".qcow2")),
                TestMachines.Disk(new BlockDisk { NodeId = NodeId.Local, Path = "/dev/vg/lv" }),
                TestMachines.Disk(new NbdDisk { NodeId = NodeId.Local, SocketPath = _host.Combine("nbd"), ExportName = hostile }),
                TestMachines.Disk(new RbdDisk
                {
                    NodeId = NodeId.Local, Pool = "p", Image = "i", Monitors = ["10.0.0.1:6789", "[fd00::1]:3300"], User = "u",
                    Key = new SecretReference { Name = $"file:{_host.Combine("ceph")}" },
                }),
            ],
            Nics =
            [
                TestMachines.Nic(new UserNic { NodeId = NodeId.Local, Forwards = [new PortForward { GuestPort = 22, HostPort = 2222 }], ChecksumOffload = false, Mtu = 1400 }, "52:54:00:00:00:01"),
                TestMachines.Nic(new BridgeNic { NodeId = NodeId.Local, Bridge = "br0", Mtu = 1400 }, "52:54:00:00:00:02"),
                TestMachines.Nic(new OvsNic { NodeId = NodeId.Local, Bridge = "br-int", InterfaceId = Guid.NewGuid().ToString("D"), ChecksumOffload = false }, "52:54:00:00:00:03"),
                TestMachines.Nic(new TapNic { NodeId = NodeId.Local, Device = "tap0" }, "52:54:00:00:00:04"),
                TestMachines.Nic(new VhostUserNic { NodeId = NodeId.Local, SocketPath = _host.Combine("vhost") }, "52:54:00:00:00:05"),
            ],
        };
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(definition);
        Assert.That(made.Drift, Is.Empty);
        string secrets = await _libvirtd.VirshAsync("secret-list");
        Assert.That(secrets, Does.Contain(definition.Disks[3].VolumeId!.Value.ToString("D")));
        await _hypervisor.DeleteAsync(made.MachineId!.Value);
        Assert.That(await _libvirtd.VirshAsync("secret-list"), Does.Not.Contain(definition.Disks[3].VolumeId!.Value.ToString("D")));
    }
}
