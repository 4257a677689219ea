using System.Xml.Linq;
using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DomainChangeTests
{
    private static readonly DomainSettings Settings = new()
    {
        IsKvm = false, Mark = new ProviderMark { Era = 1, EngineToken = 2, OwnerEpoch = 3, Generation = 4 }, Digest = "sha256:1", SerialLogPath = "/d/serial.log", VncSocketPath = "/r/vnc", SeedPath = "/d/seed.iso", SparePciePorts = 6,
    };

    private static readonly NicAttachment User = new UserNic { NodeId = NodeId.Local };
    private static readonly NicAttachment Bridge = new BridgeNic { NodeId = NodeId.Local, Bridge = "br0" };

    [Test]
    public void Domain_becomes_what_the_new_definition_would_have_made()
    {
        MachineDefinition before = TestMachines.Small() with { Disks = [TestMachines.File("/p/a.qcow2") with { BootOrder = 1 }], Seed = new VolumeSeed { Content = new byte[512] } };
        MachineDefinition after = before with
        {
            Cpu = new MachineCpu { Count = 4, Topology = new CpuTopology { Sockets = 2, Cores = 2 } },
            Memory = new MachineMemory { SizeBytes = 512L << 20 },
            Disks = [before.Disks[0] with { BootOrder = null }, TestMachines.File("/p/b.qcow2") with { BootOrder = 1, Bus = DiskBus.Scsi }],
            Nics = [TestMachines.Nic(Bridge, "52:54:00:00:00:01")],
            Graphics = [],
            Serials = [],
            Channels = [],
            Devices = [new WatchdogDevice { Action = WatchdogAction.Reset }],
        };

        Assert.That(Said(Changed(before, after)), Is.EqualTo(Said(DomainDocument.Write(after, Settings))));
        Assert.That(Said(Changed(after, before)), Is.EqualTo(Said(DomainDocument.Write(before, Settings))));
    }

    [Test]
    public void What_stays_keeps_its_place_and_its_name()
    {
        MachineDisk first = TestMachines.File("/p/a.qcow2");
        MachineDisk second = TestMachines.File("/p/b.qcow2");
        MachineDefinition before = TestMachines.Small() with { Disks = [first, second] };
        XElement domain = DomainDocument.Write(before, Settings);
        DomainDevices.Disk(domain, second)!.Add(new XElement("address", new XAttribute("bus", "0x07")));

        DomainChange.Apply(domain, null, before with { Disks = [second, TestMachines.File("/p/c.qcow2")] }, Settings);

        XElement there = DomainDevices.Disk(domain, second)!;
        Assert.That(((string?)there.Element("address")?.Attribute("bus"), (string?)there.Element("target")?.Attribute("dev")), Is.EqualTo(("0x07", "vdb")));
        Assert.That(DomainDevices.Disk(domain, first), Is.Null);
        Assert.That(domain.Descendants("target").Select(target => (string?)target.Attribute("dev")).Where(name => name is not null), Is.Unique);
    }

    [Test]
    public void User_mode_interfaces_keep_their_slots_when_others_go()
    {
        MachineNic[] nics = [.. Enumerable.Range(1, 3).Select(number => TestMachines.Nic(User, $"52:54:00:00:00:0{number}"))];
        MachineDefinition before = TestMachines.Small() with { Nics = nics };
        MachineNic added = TestMachines.Nic(User, "52:54:00:00:00:09");

        XElement domain = Changed(before, before with { Nics = [nics[2], added] });

        Assert.That(UserNicArguments.SlotsOf(domain), Is.EquivalentTo(new Dictionary<string, int> { [nics[2].MacAddress] = 2, [added.MacAddress] = 0 }));
        Assert.That(domain.Descendants(UserNicArguments.Namespace + "arg").Count(), Is.EqualTo(8));
        Assert.That(Changed(before, before with { Nics = [] }).Element(UserNicArguments.Namespace + "commandline"), Is.Null);
    }

    [Test]
    public void What_somebody_added_by_hand_stays()
    {
        MachineDefinition before = TestMachines.Small() with { Disks = [TestMachines.File("/p/a.qcow2")], Nics = [TestMachines.Nic(User), TestMachines.Nic(Bridge, "52:54:00:00:00:01")] };
        XElement copy = DomainDocument.Write(before, Settings);
        XElement domain = new(copy);
        domain.Element("devices")!.Add(
            new XElement("disk", new XElement("target", new XAttribute("dev", "vdz"), new XAttribute("bus", "virtio")), new XElement("serial", "somebodys")),
            new XElement("interface", new XElement("mac", new XAttribute("address", "52:54:00:aa:aa:aa"))),
            new XElement("channel", new XElement("target", new XAttribute("name", "com.redhat.spice.0"))),
            new XElement("hostdev"));
        domain.Element(UserNicArguments.Namespace + "commandline")!.Add(new XElement(UserNicArguments.Namespace + "arg", new XAttribute("value", "-no-hpet")));

        DomainChange.Apply(domain, copy, before with { Disks = [], Nics = [], Channels = [] }, Settings);

        XElement devices = domain.Element("devices")!;
        Assert.That(devices.Elements("disk").Select(disk => (string?)disk.Element("serial")), Is.EqualTo(new[] { "somebodys" }));
        Assert.That(devices.Elements("interface").Count() + devices.Elements("channel").Count() + devices.Elements("hostdev").Count(), Is.EqualTo(3));
        Assert.That(domain.Descendants(UserNicArguments.Namespace + "arg").Select(argument => (string?)argument.Attribute("value")), Is.EqualTo(new[] { "-no-hpet" }));
    }

    private static XElement Changed(MachineDefinition before, MachineDefinition after)
    {
        XElement domain = DomainDocument.Write(before, Settings);
        DomainChange.Apply(domain, null, after, Settings);
        return domain;
    }

    /// <summary>The elements in an order of their own, without names of targets and the bridges that devices sit behind: libvirt assigns those.</summary>
    private static IEnumerable<string> Said(XElement domain)
    {
        XElement plain = new(domain);
        plain.Descendants("target").Attributes("dev").Remove();
        plain.Descendants("controller").Where(controller => (string?)controller.Attribute("type") is "pci" or "scsi").Remove();
        return plain.Elements().Where(element => element.Name != "devices").Concat(plain.Element("devices")!.Elements()).Select(Text).Order(StringComparer.Ordinal);
    }

    // An element's own elements have no order.
    private static string Text(XElement element) =>
        $"{element.Name.LocalName}[{string.Join(',', element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).Select(attribute => attribute.ToString()).Order(StringComparer.Ordinal))}]"
        + (element.HasElements ? $"({string.Join(',', element.Elements().Select(Text).Order(StringComparer.Ordinal))})" : element.Value);
}
