using LimiQuantix.Hypervisor.Libvirt.Definitions;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Definitions;

[TestFixture]
public sealed class DefinitionRulesTests
{
    private static readonly MachineDefinition Good = TestMachines.Small();

    // What a machine's specification may have at most (MachineSpec).
    [Test]
    public void Largest_machine_that_a_host_may_describe_is_taken() => Assert.That(
        () => DefinitionRules.Check(
            Good with
            {
                Cpu = new MachineCpu { Count = 255 },
                Memory = new MachineMemory { SizeBytes = 16L << 40 },
                Disks = [.. Enumerable.Range(0, 24).Select(disk => TestMachines.File($"/disks/{disk}"))],
                Nics = [.. Enumerable.Range(0, 8).Select(nic => TestMachines.Nic(
                    new UserNic { NodeId = NodeId.Local, Forwards = [.. Enumerable.Range(1, 8).Select(port => new PortForward { GuestPort = port, HostPort = (nic * 8) + port })] }, $"52:54:00:00:00:{nic:x2}"))],
                Serials = [.. Enumerable.Repeat(new MachineSerial(), 4)],
                Channels = [.. Enumerable.Range(0, 16).Select(channel => new VirtioChannel { Name = new string((char)('a' + channel), 63) })],
                Devices = [new WatchdogDevice { Action = WatchdogAction.Reset }],
                Seed = new VolumeSeed { Content = new byte[2 << 20] },
                Record = new string('"', 64 << 10),
            },
            NodeId.Local, Good.Ownership.InstallationId),
        Throws.Nothing);

    private static IEnumerable<TestCaseData> Bad()
    {
        TestCaseData Case(string name, MachineDefinition definition, string words) => new TestCaseData(definition, words).SetArgDisplayNames(name);
        MachineDefinition Disk(DiskAttachment disk) => Good with { Disks = [TestMachines.Disk(disk)] };
        MachineDefinition Nic(NicAttachment nic, string mac = "52:54:00:12:34:56") => Good with { Nics = [TestMachines.Nic(nic, mac)] };
        FileDisk File(string path) => new() { NodeId = NodeId.Local, Path = path, Format = DiskFormat.Raw };
        RbdDisk Rbd(string pool, params string[] monitors) => new() { NodeId = NodeId.Local, Pool = pool, Image = "i", Monitors = monitors };
        UserNic Forward(PortForward forward) => new() { NodeId = NodeId.Local, Forwards = [forward] };

        yield return Case("other installation", TestMachines.Small(installation: Guid.NewGuid()), "another installation's");
        yield return Case("RBD namespace", Disk(Rbd("p", "m:6789") with { Namespace = "tenant" }), "namespace");
        yield return Case("empty id", TestMachines.Small(Guid.Empty), "id is empty");
        yield return Case("empty name", Good with { DisplayName = "" }, "is empty");
        yield return Case("huge name", Good with { DisplayName = new string('a', 1 << 20) }, "longer than 255");
        yield return Case("line end in name", Good with { DisplayName = "a\nb" }, "U+000A");
        yield return Case("escape in name", Good with { DisplayName = "a\u001b[31m" }, "U+001B");
        yield return Case("nul in name", Good with { DisplayName = "a\0" }, "U+0000");
        yield return Case("lone surrogate", Good with { DisplayName = "a\ud800" }, "U+D800");
        yield return Case("no character", Good with { DisplayName = "a\uffff" }, "U+FFFF");
        yield return Case("little memory", Good with { Memory = new MachineMemory { SizeBytes = 1 << 20 } }, "memory");
        yield return Case("odd memory", Good with { Memory = new MachineMemory { SizeBytes = (64 << 20) + 1 } }, "memory");
        yield return Case("negative memory", Good with { Memory = new MachineMemory { SizeBytes = -1 } }, "memory");
        yield return Case("huge memory", Good with { Memory = new MachineMemory { SizeBytes = long.MaxValue } }, "memory");
        yield return Case("no processor", Good with { Cpu = new MachineCpu { Count = 0 } }, "processors");
        yield return Case("many processors", Good with { Cpu = new MachineCpu { Count = 256 } }, "processors");
        yield return Case("empty seed", Good with { Seed = new VolumeSeed { Content = ReadOnlyMemory<byte>.Empty } }, "seed");
        yield return Case("huge seed", Good with { Seed = new VolumeSeed { Content = new byte[(4 << 20) + 1] } }, "seed");
        yield return Case("machine type of another family", Good with { MachineType = "pc-i440fx-7.2" }, "q35");
        yield return Case("machine type with markup", Good with { MachineType = "pc-q35-\u0001" }, "q35");
        yield return Case("relative path", Disk(File("a.qcow2")), "not an absolute path");
        yield return Case("path that climbs", Disk(File("/a/../etc/shadow")), "'..'");
        yield return Case("path with a line end", Disk(File("/a\n")), "U+000A");
        yield return Case("path too long", Disk(File("/" + new string('a', 5000))), "longer than 4095");
        yield return Case("unknown format", Disk(File("/a") with { Format = DiskFormat.Unknown }), "format");
        yield return Case("other node's disk", Disk(File("/a") with { NodeId = new NodeId("other") }), "node 'other'");
        yield return Case("long socket", Disk(new NbdDisk { NodeId = NodeId.Local, SocketPath = "/" + new string('a', 107) }), "107 bytes");
        yield return Case("Ceph pool with a slash", Disk(Rbd("a/b", "m:6789")), "/ @");
        yield return Case("no monitor", Disk(Rbd("p")), "monitors");
        yield return Case("monitor without a port", Disk(Rbd("p", "host")), "monitors");
        yield return Case("Ceph user without a key", Disk(Rbd("p", "m:1") with { User = "u" }), "both");
        yield return Case("MAC in upper case", Nic(new UserNic { NodeId = NodeId.Local }, "52:54:00:AB:CD:EF"), "MAC");
        yield return Case("multicast MAC", Nic(new UserNic { NodeId = NodeId.Local }, "53:54:00:12:34:56"), "MAC");
        yield return Case("MAC with more behind it", Nic(new UserNic { NodeId = NodeId.Local }, "52:54:00:12:34:56,romfile=/etc/passwd"), "MAC");
        yield return Case("bridge with a slash", Nic(new BridgeNic { NodeId = NodeId.Local, Bridge = "../br0" }), "interface");
        yield return Case("long bridge", Nic(new BridgeNic { NodeId = NodeId.Local, Bridge = "abcdefghijklmnop" }), "longer than 15");
        yield return Case("OVS id that is no UUID", Nic(new OvsNic { NodeId = NodeId.Local, Bridge = "br", InterfaceId = "x" }), "UUID");
        yield return Case("forward from a name", Nic(Forward(new PortForward { GuestPort = 22, HostPort = 1, HostAddress = "localhost" })), "IPv4");
        yield return Case("forward with an option", Nic(Forward(new PortForward { GuestPort = 22, HostPort = 1, HostAddress = "127.0.0.1,guestfwd=x" })), "IPv4");
        yield return Case("forward in short notation", Nic(Forward(new PortForward { GuestPort = 22, HostPort = 1, HostAddress = "127.1" })), "IPv4");
        yield return Case("forward without a chosen port", Nic(Forward(new PortForward { GuestPort = 22 })), "1 to 65535");
        yield return Case("forward of no protocol", Nic(Forward(new PortForward { GuestPort = 22, HostPort = 1, Protocol = TransportProtocol.Unknown })), "TCP");
        yield return Case("small MTU", Nic(new UserNic { NodeId = NodeId.Local, Mtu = 100 }), "MTU");
        yield return Case("one MAC twice", Good with { Nics = [TestMachines.User(), TestMachines.User()] }, "twice");
        yield return Case(
            "one port twice",
            Good with { Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = 1 }, new PortForward { GuestPort = 23, HostPort = 1 })] },
            "twice");
    }

    [TestCaseSource(nameof(Bad))]
    public void Rules_refuse(MachineDefinition definition, string words)
    {
        LimiQuantixException? error = Assert.Throws<LimiQuantixException>(() => DefinitionRules.Check(definition, NodeId.Local, TestMachines.Installation));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(error.Error.Message, Does.Contain(words));
        Assert.That(error.Error.Message, Has.Length.LessThan(1000), "a refused value is not repeated at length");
    }

    [Test]
    public void Rules_tell_every_problem_at_once()
    {
        LimiQuantixException? error = Assert.Throws<LimiQuantixException>(
            () => DefinitionRules.Check(Good with { DisplayName = "", Cpu = new MachineCpu { Count = 0 }, Memory = new MachineMemory { SizeBytes = 1 } }, NodeId.Local, TestMachines.Installation));
        Assert.That(error!.Message, Does.Contain("name").And.Contain("processors").And.Contain("memory"));
    }

    [Test]
    public void Rules_let_names_of_every_script_pass()
    {
        MachineDefinition definition = Good with { DisplayName = "Größe <&> \"имя\" 虚拟机 🖥" };
        Assert.DoesNotThrow(() => DefinitionRules.Check(definition, NodeId.Local, TestMachines.Installation));
    }
}
