using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DefinitionDigestTests
{
    private static readonly MachineDefinition Definition = TestMachines.Small() with
    {
        Disks = [TestMachines.File("/a")],
        Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = 2222 })],
        Seed = new VolumeSeed { Content = new byte[] { 1 } },
    };

    [Test]
    public void Digest_is_the_same_for_what_is_an_answer_or_written_anew()
    {
        string digest = DefinitionDigest.Of(Definition);
        Assert.Multiple(() =>
        {
            Assert.That(DefinitionDigest.Of(Definition with { MachineType = "pc-q35-7.2" }), Is.EqualTo(digest));
            Assert.That(DefinitionDigest.Of(Definition with { Seed = new VolumeSeed { Content = new byte[] { 2 } } }), Is.EqualTo(digest));
            Assert.That(DefinitionDigest.Of(Definition with { Disks = [Definition.Disks[0] with { }] }), Is.EqualTo(digest));
        });
    }

    [Test]
    public void Digest_of_a_machine_that_an_earlier_version_defined_is_what_it_was()
    {
        var volume = Guid.Parse("01930000-aaaa-7bbb-8ccc-0123456789ab");
        var port = Guid.Parse("01930000-aaaa-7bbb-8ccc-0123456789ac");
        MachineDefinition definition = TestMachines.Small() with
        {
            Disks = [TestMachines.File("/p/a.qcow2") with { Id = volume, VolumeId = volume, BootOrder = 1 }],
            Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = 2222 }) with { Id = port, PortId = port }],
            Seed = new VolumeSeed { Content = new byte[1] },
        };
        // The SHA-256 of the text that the first version wrote.
        Assert.That(DefinitionDigest.Of(definition), Is.EqualTo("sha256:14d5f0439ffd57007ed8a091182df5f81df4933fe9f1d97c67b6326a50d6682c"));
        Assert.That(DefinitionDigest.OfShape(definition), Is.EqualTo("sha256:a5b788e4f2c638cab5366ad166065bc850fb965325e41f8fed857bee6ec880c4"));
    }

    [Test]
    public void Digest_differs_with_everything_that_was_asked_for()
    {
        MachineDefinition[] others =
        [
            Definition with { DisplayName = "other" },
            Definition with { Memory = new MachineMemory { SizeBytes = 512L << 20 } },
            Definition with { Cpu = new MachineCpu { Count = 2 } },
            Definition with { Seed = null },
            Definition with { Cpu = new MachineCpu { Topology = new CpuTopology { Sockets = 1, Cores = 1 } } },
            Definition with { Cpu = new MachineCpu { Model = "qemu64" } },
            Definition with { Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi } },
            Definition with { Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi, SecureBoot = true } },
            Definition with { Graphics = [] },
            Definition with { Serials = [] },
            Definition with { Serials = [new MachineSerial { Log = true }, new MachineSerial()] },
            Definition with { Channels = [.. Definition.Channels, new VirtioChannel { Name = VirtioChannel.GuestAgent }] },
            Definition with { Devices = [new WatchdogDevice()] },
            Definition with { Devices = [new WatchdogDevice { Action = WatchdogAction.Pause }] },
            Definition with { Disks = [Definition.Disks[0] with { Bus = DiskBus.Sata }] },
            Definition with { Disks = [Definition.Disks[0] with { BootOrder = 1 }] },
            Definition with { Disks = [Definition.Disks[0] with { Kind = DiskKind.Cd, Bus = DiskBus.Scsi }] },
            Definition with { Disks = [new MachineDisk { Id = Guid.CreateVersion7(), Kind = DiskKind.Cd, Bus = DiskBus.Scsi }] },
            Definition with { Disks = [] },
            Definition with { Disks = [TestMachines.File("/a")] },
            Definition with { Disks = [Definition.Disks[0] with { Attachment = Definition.Disks[0].Attachment! with { IsReadOnly = true } }] },
            Definition with { Nics = [] },
            Definition with { Nics = [Definition.Nics[0] with { MacAddress = "52:54:00:12:34:57" }] },
            Definition with { Nics = [Definition.Nics[0] with { Attachment = Definition.Nics[0].Attachment with { Mtu = 1400 } }] },
            Definition with { Nics = [Definition.Nics[0] with { Attachment = ((UserNic)Definition.Nics[0].Attachment) with { Forwards = [] } }] },
        ];
        Assert.That(others.Append(Definition).Select(DefinitionDigest.Of), Is.Unique);
    }
}
