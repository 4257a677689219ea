using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineSpecValidatorTests
{
    private static readonly MachineSpec Valid = new() { Name = "web-1", Image = Guid.CreateVersion7(), AllowNoLogin = true };

    [Test]
    public void A_valid_spec_passes() => Assert.That(() => MachineSpecValidator.Validate(Valid), Throws.Nothing);

    [TestCase("")]
    [TestCase("Web")]
    [TestCase("-web")]
    [TestCase("web-")]
    [TestCase("a.b")]
    [TestCase("web\n")]
    [TestCase("<name/>")]
    [TestCase("'; drop")]
    [TestCase("../etc")]
    [TestCase("wéb")]
    public void A_name_that_is_no_dns_label_is_refused(string name) => Refuses(Valid with { Name = name }, "DNS label");

    [Test]
    public void A_name_of_sixty_four_characters_is_refused() => Refuses(Valid with { Name = new string('a', 64) }, "DNS label");

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((64L << 20) - 1)]
    [TestCase((64L << 20) + 1)]
    [TestCase(long.MaxValue)]
    public void A_memory_size_out_of_bounds_is_refused(long bytes) => Refuses(Valid with { Memory = new MachineMemory { SizeBytes = bytes } }, "Memory.SizeBytes");

    [TestCase(0)]
    [TestCase(511)]
    [TestCase((1L << 20) + 1)]
    [TestCase(long.MaxValue)]
    public void A_disk_size_out_of_bounds_is_refused(long bytes) => Refuses(WithDisk(DiskSpec.Blank(bytes)), "SizeBytes");

    [TestCase(0)]
    [TestCase(256)]
    public void A_cpu_count_out_of_bounds_is_refused(int count) => Refuses(Valid with { Cpu = new MachineCpu { Count = count } }, "Cpu.Count");

    [Test]
    public void A_machine_nobody_could_log_into_is_refused_unless_allowed() => Refuses(Valid with { AllowNoLogin = false }, "Nobody could log in");

    [TestCase("ssh-ed25519")]
    [TestCase("ssh-ed25519 AAAA\nssh-rsa AAAA")]
    [TestCase("not a key")]
    [TestCase("<key/>")]
    public void A_line_that_is_no_ssh_key_is_refused(string key) =>
        Refuses(Valid with { CloudInit = new CloudInitSpec { SshKeys = [key] } }, "SshKeys");

    [Test]
    public void A_usual_ssh_key_passes() => Assert.That(
        () => MachineSpecValidator.Validate(Valid with
        {
            CloudInit = new CloudInitSpec { SshKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@home"] },
        }),
        Throws.Nothing);

    [TestCase("a; rm -rf /")]
    [TestCase("")]
    [TestCase("-y")]
    public void A_package_name_that_is_none_is_refused(string package) =>
        Refuses(Valid with { CloudInit = new CloudInitSpec { Packages = [package] } }, "Packages");

    [Test]
    public void Forwards_are_checked()
    {
        Refuses(Forwarding(new PortForward { GuestPort = 0 }), "GuestPort");
        Refuses(Forwarding(new PortForward { GuestPort = 22, HostPort = 70000 }), "HostPort");
        Refuses(Forwarding(new PortForward { GuestPort = 22, HostAddress = "localhost,hostfwd=tcp::1-:1" }), "HostAddress");
        Refuses(Forwarding(new PortForward { GuestPort = 22, HostAddress = "127.1" }), "HostAddress");
        Refuses(Forwarding(new PortForward { GuestPort = 22, HostPort = 2222 }, new PortForward { GuestPort = 80, HostPort = 2222 }), "used twice");
    }

    private static IEnumerable<TestCaseData> WrongParts()
    {
        TestCaseData Case(string name, MachineSpec spec, string words) => new TestCaseData(spec, words).SetArgDisplayNames(name);
        yield return Case("no disk", Valid with { Image = null }, "no disk");
        yield return Case("image and disks", Valid with { Disks = [DiskSpec.Blank(1 << 30)] }, "one of both");
        yield return Case("disk that is null", WithDisk(null!), "Disks[0] is null");
        yield return Case("source that is null", WithDisk(new DiskSpec { Source = null! }), "Source is null");
        yield return Case("disks that are null", Valid with { Disks = null! }, "Disks is null");
        yield return Case("blank disk without a size", WithDisk(new DiskSpec { Source = new BlankDiskSource() }), "SizeBytes");
        yield return Case("disk from a snapshot", WithDisk(new DiskSpec { Source = new SnapshotDiskSource { SnapshotId = Guid.NewGuid() } }), "snapshots");
        yield return Case("CD on virtio", WithDisk(DiskSpec.Cd() with { Bus = DiskBus.Virtio }), "Sata or Scsi");
        yield return Case("CD with a size", WithDisk(DiskSpec.Cd() with { SizeBytes = 1 << 30 }), "no SizeBytes");
        yield return Case("disk name", WithDisk(DiskSpec.Blank(1 << 30) with { Name = "a b" }), "inner hyphens");
        yield return Case("disk name twice", Valid with { Image = null, Disks = [DiskSpec.Blank(1 << 30) with { Name = "disk1" }, DiskSpec.Blank(1 << 30)] }, "'disk1' is used twice");
        yield return Case("25 disks", Valid with { Image = null, Disks = [.. Enumerable.Repeat(DiskSpec.Blank(1 << 30), 25)] }, "at most 24");
        yield return Case("boot order", WithDisk(DiskSpec.Blank(1 << 30) with { BootOrder = 0 }), "BootOrder");
        yield return Case("port that is there", Valid with { Nics = [new NicSpec { Source = new PortNicSource { PortId = Guid.NewGuid() } }] }, "ports of its own");
        yield return Case("security groups", Valid with { Nics = [new NicSpec { SecurityGroups = [Guid.NewGuid()] }] }, "SecurityGroups");
        yield return Case("addresses", Valid with { Nics = [new NicSpec { Addresses = ["10.0.0.300"] }] }, "Addresses");
        yield return Case("nine interfaces", Valid with { Nics = [.. Enumerable.Range(0, 9).Select(_ => new NicSpec())] }, "at most 8");
        yield return Case("one MAC twice", Valid with { Nics = [new NicSpec { MacAddress = "52:54:00:00:00:01" }, new NicSpec { MacAddress = "52:54:00:00:00:01" }] }, "used twice");
        yield return Case("topology", Valid with { Cpu = new MachineCpu { Count = 3, Topology = new CpuTopology { Sockets = 1, Cores = 2 } } }, "Topology");
        yield return Case("topology that overflows", Valid with { Cpu = new MachineCpu { Topology = new CpuTopology { Sockets = 65536, Cores = 65536 } } }, "Topology");
        yield return Case("model", Valid with { Cpu = new MachineCpu { Model = "<x/>" } }, "Model");
        yield return Case("cpu that is null", Valid with { Cpu = null! }, "Cpu is null");
        yield return Case("memory that is null", Valid with { Memory = null! }, "Memory is null");
        yield return Case("cloud-init that is null", Valid with { CloudInit = null! }, "CloudInit");
        yield return Case("commands that are null", Valid with { CloudInit = new CloudInitSpec { RunCommands = null! } }, "CloudInit");
        yield return Case("key that is null", Valid with { CloudInit = new CloudInitSpec { SshKeys = [null!] } }, "CloudInit");
        yield return Case("labels that are null", Valid with { Labels = null! }, "Labels is null");
        yield return Case("secure boot of a BIOS", Valid with { Firmware = new MachineFirmware { SecureBoot = true } }, "SecureBoot");
        yield return Case("channel", Valid with { Channels = [new VirtioChannel { Name = "a/b" }] }, "Channels[0]");
        yield return Case("channel twice", Valid with { Channels = [new VirtioChannel { Name = "a" }, new VirtioChannel { Name = "a" }] }, "used twice");
        yield return Case("log of the second port", Valid with { Serials = [new MachineSerial(), new MachineSerial { Log = true }] }, "Serials[1]");
        yield return Case("five ports", Valid with { Serials = [.. Enumerable.Repeat(new MachineSerial(), 5)] }, "at most 4");
        yield return Case("two displays", Valid with { Graphics = [new MachineGraphics(), new MachineGraphics()] }, "at most 1");
        yield return Case("watchdog", Valid with { Devices = [new WatchdogDevice { Action = WatchdogAction.Unknown }] }, "Action");
    }

    [TestCaseSource(nameof(WrongParts))]
    public void A_part_that_cannot_be_is_refused(MachineSpec spec, string words) => Refuses(spec, words);

    [Test]
    public void Every_part_that_can_be_passes() => Assert.That(
        () => MachineSpecValidator.Validate(Valid with
        {
            Image = null,
            Cpu = new MachineCpu { Count = 4, Topology = new CpuTopology { Sockets = 1, Cores = 2, Threads = 2 }, Model = "Skylake-Server-v1" },
            Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi, SecureBoot = true },
            Disks = [DiskSpec.FromImage(Guid.NewGuid()) with { Name = "root", BootOrder = 1 }, DiskSpec.Blank(1 << 30) with { Bus = DiskBus.Scsi, KeepOnDelete = true }, DiskSpec.Cd()],
            Nics = [new NicSpec { Source = new NetworkNicSource { NetworkId = Guid.NewGuid() } }, new NicSpec { MacAddress = "52:54:00:00:00:01" }],
            Graphics = [],
            Serials = [new MachineSerial { Log = true }, new MachineSerial()],
            Channels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }, new VirtioChannel { Name = VirtioChannel.GuestAgent }],
            Devices = [new WatchdogDevice()],
        }),
        Throws.Nothing);

    [Test]
    public void Every_problem_is_told_at_once()
    {
        var thrown = Assert.Throws<LimiQuantixException>(
            () => MachineSpecValidator.Validate(new MachineSpec { Name = "X", Image = Guid.Empty, Memory = new MachineMemory { SizeBytes = 1 }, Nics = [new NicSpec { MacAddress = "x" }], Cpu = new MachineCpu { Count = 0 } }));
        foreach (var member in new[] { "Name", "Image", "Memory.SizeBytes", "Cpu.Count", "MacAddress", "Nobody" })
            Assert.That(thrown!.Message, Does.Contain(member));
    }

    [Test]
    public void Every_problem_says_where_it_stands()
    {
        var thrown = Assert.Throws<LimiQuantixException>(() => MachineSpecValidator.Validate(new MachineSpec
        {
            Name = "X",
            Disks = [DiskSpec.Blank(1 << 30) with { Bus = DiskBus.Unknown }, DiskSpec.Blank(1)],
            Nics = [new NicSpec { MacAddress = "x" }, new NicSpec { Forwards = [new PortForward { GuestPort = 22 }, new PortForward { GuestPort = 0 }] }],
            Cpu = new MachineCpu { Count = 0 },
            CloudInit = new CloudInitSpec { SshKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0", "no key"], UserData = "#cloud-config\na: [" },
        }));

        Assert.That(thrown!.Error.Problems.Select(problem => problem.Pointer), Is.EquivalentTo(new[]
        {
            "/name", "/disks/0/bus", "/disks/1/sizeBytes", "/nics/0/macAddress", "/nics/1/forwards/1/guestPort", "/cpu/count", "/cloudInit/sshKeys/1", "/cloudInit/userData",
        }));
        Assert.That(thrown.Error.Problems.Select(problem => problem.Message), Is.All.Not.Empty);
    }

    [TestCase("127.0.0.1", "0.0.0.0")]
    [TestCase("0.0.0.0", "127.0.0.2")]
    public void One_port_of_all_addresses_and_of_one_of_them_is_one_port_twice(string one, string other) => Refuses(
        Forwarding(new PortForward { GuestPort = 22, HostPort = 2222, HostAddress = one }, new PortForward { GuestPort = 80, HostPort = 2222, HostAddress = other }), "used twice");

    [TestCase("ssh-ed25519  AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl  me  there")]
    [TestCase("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me\r\n")]
    [TestCase("from=\"10.0.0.0/8\",command=\"a b\" sk-ssh-ed25519@openssh.com AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl")]
    public void A_key_as_sshd_reads_it_passes(string key) =>
        Assert.That(() => MachineSpecValidator.Validate(Valid with { CloudInit = new CloudInitSpec { SshKeys = [key] } }), Throws.Nothing);

    [Test]
    public void A_group_of_packages_and_a_host_in_capitals_pass() => Assert.That(
        () => MachineSpecValidator.Validate(Valid with { CloudInit = new CloudInitSpec { Packages = ["@development-tools", "vim"], Hostname = "Web-1.Example.ORG" } }), Throws.Nothing);

    [TestCase(null)]
    [TestCase("  \n")]
    [TestCase("#cloud-config\n")]
    [TestCase("of no kind at all")]
    public void Userdata_that_says_nothing_to_cloud_init_lets_nobody_log_in(string? text) =>
        Refuses(Valid with { AllowNoLogin = false, CloudInit = new CloudInitSpec { UserData = text } }, "Nobody could log in");

    private static MachineSpec WithDisk(DiskSpec disk) => Valid with { Image = null, Disks = [disk] };

    private static MachineSpec Forwarding(params PortForward[] forwards) => Valid with { Nics = [new NicSpec { Forwards = forwards }] };

    private static void Refuses(MachineSpec spec, string what)
    {
        var thrown = Assert.Throws<LimiQuantixException>(() => MachineSpecValidator.Validate(spec));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(thrown.Message, Does.Contain(what));
    }
}
