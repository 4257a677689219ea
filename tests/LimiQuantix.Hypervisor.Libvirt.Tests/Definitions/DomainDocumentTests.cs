using System.Xml.Linq;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DomainDocumentTests
{
    private static readonly DomainSettings Settings = new()
    {
        IsKvm = false, Mark = new ProviderMark { Era = 1, EngineToken = 2, OwnerEpoch = 3, Generation = 4 }, Digest = "sha256:1", SerialLogPath = "/d/serial.log", VncSocketPath = "/r/vnc", SeedPath = "/d/seed.iso", SparePciePorts = 6,
    };

    [Test]
    public void Domain_carries_names_from_ids_and_our_mark()
    {
        MachineDefinition definition = TestMachines.Small();
        XElement domain = DomainDocument.Write(definition, Settings);
        DomainMetadata? mark = DomainMetadata.Read(domain);
        Assert.Multiple(() =>
        {
            Assert.That((string?)domain.Element("name"), Is.EqualTo($"lqx-{definition.Ownership.ResourceId:D}"));
            Assert.That((string?)domain.Element("uuid"), Is.EqualTo(definition.Ownership.ResourceId.ToString("D")));
            Assert.That(mark?.Ownership, Is.EqualTo(definition.Ownership));
            Assert.That(mark?.Digest, Is.EqualTo("sha256:1"));
            Assert.That(DomainMark.Read(domain), Is.EqualTo(Settings.Mark));
            Assert.That((string?)domain.Element("memory"), Is.EqualTo("262144"));
            Assert.That((string?)domain.Element("vcpu"), Is.EqualTo("1"));
        });
    }

    [TestCase(true, "kvm", "host-passthrough")]
    [TestCase(false, "qemu", "maximum")]
    public void Domain_type_and_processor_follow_the_accelerator(bool isKvm, string type, string cpu)
    {
        XElement domain = DomainDocument.Write(TestMachines.Small(), Settings with { IsKvm = isKvm });
        Assert.That((string?)domain.Attribute("type"), Is.EqualTo(type));
        Assert.That((string?)domain.Element("cpu")?.Attribute("mode"), Is.EqualTo(cpu));
    }

    [Test]
    public void Pinned_machine_type_is_kept()
    {
        XElement domain = DomainDocument.Write(TestMachines.Small(), Settings with { MachineType = "pc-q35-7.2" });
        Assert.That((string?)domain.Element("os")?.Element("type")?.Attribute("machine"), Is.EqualTo("pc-q35-7.2"));
    }

    [Test]
    public void Disks_are_virtio_in_order_and_the_seed_is_the_last_and_read_only()
    {
        MachineDefinition definition = TestMachines.Small() with
        {
            Disks =
            [
                TestMachines.File("/p/a.qcow2") with { BootOrder = 1 },
                TestMachines.Disk(new BlockDisk { NodeId = NodeId.Local, Path = "/dev/vg/b" }),
                TestMachines.Disk(new NbdDisk { NodeId = NodeId.Local, SocketPath = "/r/nbd", ExportName = "e" }),
                TestMachines.Disk(new RbdDisk
                {
                    NodeId = NodeId.Local, Pool = "p", Image = "i", Monitors = ["10.0.0.1:6789", "[fd00::1]:3300"], User = "u", Key = new SecretReference { Name = "k" },
                }),
            ],
        };
        List<XElement> disks = [.. Devices(definition).Elements("disk")];
        Assert.Multiple(() =>
        {
            Assert.That(disks.Select(disk => (string?)disk.Element("target")?.Attribute("dev")), Is.EqualTo(new[] { "vda", "vdb", "vdc", "vdd", "vde" }));
            Assert.That(disks.Select(disk => (string?)disk.Element("target")?.Attribute("bus")).Distinct(), Is.EqualTo(new[] { "virtio" }));
            Assert.That(disks.Select(disk => (string?)disk.Attribute("type")), Is.EqualTo(new[] { "file", "block", "network", "network", "file" }));
            Assert.That(disks.Select(disk => disk.Element("boot") is not null), Is.EqualTo(new[] { true, false, false, false, false }));
            Assert.That(disks.Select(disk => disk.Element("readonly") is not null), Is.EqualTo(new[] { false, false, false, false, true }));
            Assert.That((string?)disks[0].Element("driver")?.Attribute("type"), Is.EqualTo("qcow2"));
            Assert.That((string?)disks[1].Element("source")?.Attribute("dev"), Is.EqualTo("/dev/vg/b"));
            Assert.That((string?)disks[2].Element("source")?.Element("host")?.Attribute("socket"), Is.EqualTo("/r/nbd"));
            Assert.That(disks[3].Element("source")?.Elements("host").Select(host => (string?)host.Attribute("name")), Is.EqualTo(new[] { "10.0.0.1", "fd00::1" }));
            Assert.That((string?)disks[3].Descendants("secret").Single().Attribute("uuid"), Is.EqualTo(definition.Disks[3].VolumeId!.Value.ToString("D")));
            Assert.That((string?)disks[4].Element("source")?.Attribute("file"), Is.EqualTo("/d/seed.iso"));
        });
    }

    [Test]
    public void User_network_goes_through_the_qemu_namespace_on_a_slot_of_its_own()
    {
        MachineDefinition definition = TestMachines.Small() with
        {
            Nics =
            [
                TestMachines.User(new PortForward { GuestPort = 22, HostPort = 2222 }, new PortForward { GuestPort = 53, HostPort = 5353, Protocol = TransportProtocol.Udp }),
            ],
        };
        XElement domain = DomainDocument.Write(definition, Settings);
        string[] arguments = [.. domain.Element(UserNicArguments.Namespace + "commandline")!.Elements().Select(arg => (string)arg.Attribute("value")!)];
        Assert.That(arguments, Is.EqualTo(new[]
        {
            "-netdev", "user,id=lqxnet0,ipv6=off,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=udp:127.0.0.1:5353-:53",
            "-device", "virtio-net-pci,netdev=lqxnet0,id=lqxnic0,mac=52:54:00:12:34:56,bus=pcie.0,addr=0x10",
        }));
        Assert.That(domain.Descendants("interface"), Is.Empty);
    }

    [Test]
    public void Interfaces_are_written_by_kind()
    {
        string port = Guid.CreateVersion7().ToString("D");
        List<XElement> nics = [.. Devices(TestMachines.Small() with
        {
            Nics =
            [
                TestMachines.Nic(new BridgeNic { NodeId = NodeId.Local, Bridge = "br0", Mtu = 1400 }, "52:54:00:00:00:01"),
                TestMachines.Nic(new OvsNic { NodeId = NodeId.Local, Bridge = "br-int", InterfaceId = port, ChecksumOffload = false }, "52:54:00:00:00:02"),
                TestMachines.Nic(new TapNic { NodeId = NodeId.Local, Device = "tap0" }, "52:54:00:00:00:03"),
                TestMachines.Nic(new VhostUserNic { NodeId = NodeId.Local, SocketPath = "/r/v" }, "52:54:00:00:00:04"),
            ],
        }).Elements("interface")];
        Assert.Multiple(() =>
        {
            Assert.That(nics.Select(nic => (string?)nic.Attribute("type")), Is.EqualTo(new[] { "bridge", "bridge", "ethernet", "vhostuser" }));
            Assert.That((string?)nics[0].Element("mtu")?.Attribute("size"), Is.EqualTo("1400"));
            Assert.That((string?)nics[1].Element("virtualport")?.Element("parameters")?.Attribute("interfaceid"), Is.EqualTo(port));
            Assert.That((string?)nics[1].Element("driver")?.Element("host")?.Attribute("csum"), Is.EqualTo("off"));
            Assert.That(nics[0].Element("driver"), Is.Null);
            Assert.That((string?)nics[2].Element("target")?.Attribute("managed"), Is.EqualTo("no"));
            Assert.That((string?)nics[3].Element("source")?.Attribute("mode"), Is.EqualTo("client"));
            Assert.That(nics[3].Document, Is.Null);
            Assert.That(nics[3].Parent!.Parent!.Element("memoryBacking"), Is.Not.Null, "vhost-user needs memory that the other side can map");
        });
    }

    [Test]
    public void Root_ports_leave_the_spare_ones_free()
    {
        MachineDefinition definition = TestMachines.Small() with { Disks = [TestMachines.File("/a")] };
        int ports = Devices(definition).Elements("controller").Count(controller => (string?)controller.Attribute("model") == "pcie-root-port");
        // A disk, the seed, USB, virtio-serial, balloon, random numbers, and six spare.
        Assert.That(ports, Is.EqualTo(12));
    }

    [Test]
    public void Vnc_is_a_socket_or_a_loopback_port_with_a_password_and_never_a_network()
    {
        XElement socket = DomainDocument.Write(TestMachines.Small(), Settings).Descendants("graphics").Single();
        XElement nowhere = DomainDocument.Write(TestMachines.Small(), Settings with { VncSocketPath = null }).Descendants("graphics").Single();
        XElement loopback = DomainDocument.Write(TestMachines.Small(), Settings with { VncSocketPath = null, VncPassword = "secret12" }).Descendants("graphics").Single();
        Assert.Multiple(() =>
        {
            Assert.That((string?)socket.Element("listen")?.Attribute("socket"), Is.EqualTo("/r/vnc"));
            Assert.That((string?)nowhere.Element("listen")?.Attribute("type"), Is.EqualTo("none"));
            Assert.That((string?)loopback.Element("listen")?.Attribute("address"), Is.EqualTo("127.0.0.1"));
            Assert.That((string?)loopback.Attribute("passwd"), Is.EqualTo("secret12"));
        });
    }

    [Test]
    public void Metacharacters_arrive_as_text_and_never_as_markup()
    {
        const string hostile = "</title><devices><disk/></devices>&lt;\"'<!--]]>";
        MachineDefinition definition = TestMachines.Small() with
        {
            DisplayName = hostile,
            Disks = [TestMachines.File($"/p/{hostile}"), TestMachines.Disk(new NbdDisk { NodeId = NodeId.Local, SocketPath = "/r/n'\"<&", ExportName = hostile })],
        };
        DefinitionRules.Check(definition, NodeId.Local, TestMachines.Installation);
        XElement domain = XElement.Parse(DomainDocument.Write(definition, Settings with { SeedPath = null }).ToString());
        Assert.Multiple(() =>
        {
            Assert.That((string?)domain.Element("title"), Is.EqualTo(hostile));
            Assert.That(domain.Elements("devices").Count(), Is.EqualTo(1));
            Assert.That(domain.Descendants("disk").Count(), Is.EqualTo(2));
            Assert.That((string?)domain.Descendants("source").First().Attribute("file"), Is.EqualTo($"/p/{hostile}"));
            Assert.That((string?)domain.Descendants("source").Last().Attribute("name"), Is.EqualTo(hostile));
        });
    }

    [Test]
    public void Mark_of_a_clone_made_by_hand_does_not_count()
    {
        XElement domain = DomainDocument.Write(TestMachines.Small(), Settings);
        domain.Element("uuid")!.Value = Guid.NewGuid().ToString("D");
        Assert.That(DomainMetadata.Read(domain), Is.Null);
    }

    private static XElement Devices(MachineDefinition definition) => DomainDocument.Write(definition, Settings).Element("devices")!;
}
