using System.Xml.Linq;
using LimiQuantix.Conformance;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>Definitions on a real libvirtd, of machines that are never started.</summary>
[TestFixture, Category("Integration")]
public sealed class DefinedMachineTests
{
    private PrivateLibvirtd _libvirtd = null!;
    private TestHost _host = null!;
    private IHypervisor _hypervisor = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _libvirtd = await SharedLibvirtd.GetAsync();
        _host = new TestHost(Guid.CreateVersion7());
        _hypervisor = _host.Open(_libvirtd.Uri);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (_hypervisor is null)
            return;
        await foreach (MachineObservation machine in _hypervisor.ListAsync())
        {
            if (machine.MachineId is { } id)
                await _hypervisor.DeleteAsync(id);
        }

        await _hypervisor.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Same_definition_succeeds_again_and_a_different_one_is_a_conflict()
    {
        MachineDefinition definition = Small() with { Seed = new VolumeSeed { Content = new byte[2048] } };
        MachineObservation first = await _hypervisor.EnsureDefinedAsync(definition);
        Assert.That(await _hypervisor.EnsureDefinedAsync(definition with { MachineType = first.MachineType }), Has.Property("MachineId").EqualTo(first.MachineId));
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => _hypervisor.EnsureDefinedAsync(definition with { Cpu = new MachineCpu { Count = 2 } }));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That((await _hypervisor.ObserveAsync(definition.Ownership.ResourceId))!.Drift, Is.Empty);
    }

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

    [Test]
    public async Task Change_by_virsh_is_reported_and_not_overwritten()
    {
        MachineDefinition definition = Small();
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(definition);
        await _libvirtd.VirshAsync("setvcpus", made.HypervisorName, "3", "--config", "--maximum");
        MachineObservation seen = (await _hypervisor.ObserveAsync(made.MachineId!.Value))!;
        Assert.That(seen.Drift, Does.Contain("/domain/vcpu is '3' and was '1'."));
        MachineObservation ensured = await _hypervisor.EnsureDefinedAsync(definition);
        Assert.That(ensured.Drift, Is.EqualTo(seen.Drift));
        Assert.That(await _libvirtd.VirshAsync("vcpucount", made.HypervisorName, "--maximum", "--config"), Does.StartWith("3"));
    }

    [Test]
    public async Task Other_domains_are_listed_and_otherwise_left_alone()
    {
        string name = $"foreign-{Guid.NewGuid():N}";
        Guid foreign = Guid.NewGuid();
        string xml = await DefineForeignAsync(name, foreign);
        await using var otherHost = new TestHost(Guid.CreateVersion7());
        await using IHypervisor other = otherHost.Open(_libvirtd.Uri);
        MachineDefinition theirs = TestMachines.Small(installation: otherHost.Context.InstallationId);
        await other.EnsureDefinedAsync(theirs);
        try
        {
            Guid[] untouchable = [foreign, theirs.Ownership.ResourceId];
            foreach (Guid id in untouchable)
            {
                Assert.That(await _hypervisor.ObserveAsync(id), Is.Null);
                await _hypervisor.DeleteAsync(id);
                await AssertCodeAsync(() => _hypervisor.StartAsync(TestMachines.Small(id, _host.Context.InstallationId)), ErrorCodes.NotFound);
                await AssertCodeAsync(() => _hypervisor.StopAsync(id, StopMode.Force), ErrorCodes.NotFound);
                await AssertCodeAsync(() => _hypervisor.EnsureDefinedAsync(Small() with { Ownership = new Ownership { InstallationId = _host.Context.InstallationId, ResourceId = id } }), ErrorCodes.Conflict);
            }

            List<MachineObservation> listed = [];
            await foreach (MachineObservation machine in _hypervisor.ListAsync())
                listed.Add(machine);
            Assert.That(listed.Single(machine => machine.HypervisorName == name).MachineId, Is.Null);
            Assert.That(listed.Single(machine => machine.HypervisorName == $"lqx-{theirs.Ownership.ResourceId:D}").MachineId, Is.Null);
            Assert.That(await _libvirtd.VirshAsync("dumpxml", name), Is.EqualTo(xml));
            Assert.That(await other.ObserveAsync(theirs.Ownership.ResourceId), Is.Not.Null);
        }
        finally
        {
            await other.DeleteAsync(theirs.Ownership.ResourceId);
            await _libvirtd.VirshAsync("undefine", name);
        }
    }

    [Test]
    public async Task Name_that_another_domain_has_is_a_conflict_and_a_deletion_leaves_nothing_of_ours()
    {
        MachineDefinition definition = Small() with { Seed = new VolumeSeed { Content = new byte[2048] } };
        string name = $"lqx-{definition.Ownership.ResourceId:D}";
        await DefineForeignAsync(name, Guid.NewGuid());
        try
        {
            await AssertCodeAsync(() => _hypervisor.EnsureDefinedAsync(definition), ErrorCodes.Conflict);
            await _hypervisor.DeleteAsync(definition.Ownership.ResourceId);
            Assert.That(Directory.Exists(_host.MachineFolder(definition.Ownership.ResourceId)), Is.False);
            Assert.That(await _libvirtd.VirshAsync("list", "--all", "--name"), Does.Contain(name));
        }
        finally
        {
            await _libvirtd.VirshAsync("undefine", name);
        }
    }

    [Test]
    public async Task Cancelled_definition_is_completed_by_the_next_call_and_removed_by_a_deletion()
    {
        MachineDefinition definition = Small() with { Seed = new VolumeSeed { Content = new byte[2048] } };
        await _hypervisor.DescribeAsync();
        for (int milliseconds = 1; milliseconds <= 64; milliseconds *= 2)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
            try
            {
                await _hypervisor.EnsureDefinedAsync(definition, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                // Another engine may be completing it: nobody undoes what the engine named.
                if (milliseconds % 4 == 0)
                    Assert.That((await _hypervisor.EnsureDefinedAsync(definition)).Drift, Is.Empty);
            }

            await _hypervisor.DeleteAsync(definition.Ownership.ResourceId);
            Assert.That(await _libvirtd.VirshAsync("list", "--all", "--name"), Does.Not.Contain(definition.Ownership.ResourceId.ToString("D")));
            Assert.That(Directory.Exists(_host.MachineFolder(definition.Ownership.ResourceId)), Is.False);
        }
    }

    [Test]
    public async Task Start_takes_the_attachments_that_hold_now_and_keeps_a_change_by_hand()
    {
        string first = await DiskAsync("first"), second = await DiskAsync("second");
        MachineDisk disk = TestMachines.File(first);
        MachineDefinition definition = Small() with { Disks = [disk], Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = FreePort() })], Record = "{\"a\":1}" };
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(definition);
        Assert.That(made.Record, Is.EqualTo(definition.Record));
        await _libvirtd.VirshAsync("desc", made.HypervisorName, "--config", "by hand");
        int port = FreePort();
        MachineDefinition moved = definition with
        {
            Disks = [disk with { Attachment = new FileDisk { NodeId = NodeId.Local, Path = second, Format = LimiQuantix.Images.DiskFormat.Qcow2 } }],
            Nics = [definition.Nics[0] with { Attachment = new UserNic { NodeId = NodeId.Local, Forwards = [new PortForward { GuestPort = 22, HostPort = port }] } }],
            Record = "{\"a\":2}",
        };
        await AssertCodeAsync(() => _hypervisor.StartAsync(moved with { Cpu = new MachineCpu { Count = 2 } }), ErrorCodes.Conflict);

        await _hypervisor.StartAsync(moved);

        string xml = await _libvirtd.VirshAsync("dumpxml", made.HypervisorName);
        Assert.That(xml, Does.Contain(second).And.Not.Contain(first));
        Assert.That(xml, Does.Contain($":{port}-:22"));
        MachineObservation running = (await _hypervisor.ObserveAsync(made.MachineId!.Value))!;
        Assert.That(running.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(running.Record, Is.EqualTo(moved.Record));
        Assert.That(running.Drift, Has.Count.EqualTo(1), string.Join(' ', running.Drift));
        Assert.That(running.Drift[0], Does.Contain("description"));
        Assert.That((await _hypervisor.EnsureDefinedAsync(moved)).MachineId, Is.EqualTo(made.MachineId));
    }

    private async Task<string> DiskAsync(string name)
    {
        string path = _host.Combine(name + ".qcow2");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", path, "16M"]);
        return path;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Test]
    public async Task Machine_that_is_off_has_no_console_and_an_unknown_one_is_not_found()
    {
        MachineDefinition definition = Small();
        await _hypervisor.EnsureDefinedAsync(definition);
        await AssertCodeAsync(() => _hypervisor.GetConsoleAsync(definition.Ownership.ResourceId, LimiQuantix.Consoles.ConsoleKind.Vnc), ErrorCodes.FailedPrecondition);
        await AssertCodeAsync(() => _hypervisor.GetConsoleAsync(Guid.NewGuid(), LimiQuantix.Consoles.ConsoleKind.Vnc), ErrorCodes.NotFound);
    }

    [Test]
    public async Task Folder_that_keeps_qemu_out_is_named_before_anything_is_made()
    {
        string closed = Directory.CreateDirectory(_host.Combine("closed"), (UnixFileMode)0b111_000_000).FullName;
        // Guests of the test's daemon run as root without root's privileges: another user's closed folder keeps them out.
        await Command.OutputAsync("chown", ["65534", closed]);
        MachineDefinition definition = Small() with { Disks = [TestMachines.File(Path.Combine(closed, "disk.qcow2"))] };
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => _hypervisor.EnsureDefinedAsync(definition));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(error.Target, Is.EqualTo(closed));
        Assert.That(Directory.Exists(_host.MachineFolder(definition.Ownership.ResourceId)), Is.False);
    }

    [Test]
    public async Task Description_and_health_tell_what_is_there()
    {
        HypervisorDescription description = await _hypervisor.DescribeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(description.Product, Does.Match(@"^QEMU \d+\.\d+.*libvirt \d+"));
            Assert.That(description.Architecture, Is.EqualTo("x86_64"));
            Assert.That(description.Accelerator, Is.EqualTo("tcg"));
            Assert.That(description.Slowness, Is.GreaterThan(1));
            Assert.That(description.CpuCount, Is.GreaterThan(0));
            Assert.That(description.MemoryBytes, Is.GreaterThan(0));
        });
        Assert.That((await _hypervisor.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));
    }

    private MachineDefinition Small() => TestMachines.Small(installation: _host.Context.InstallationId);

    private static async Task AssertCodeAsync(Func<Task> call, string code)
    {
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(error!.Code, Is.EqualTo(code), error.Message);
    }

    private async Task<string> DefineForeignAsync(string name, Guid id)
    {
        string path = _host.Combine("foreign.xml");
        await File.WriteAllTextAsync(
            path,
            $"<domain type='qemu'><name>{name}</name><uuid>{id}</uuid><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>");
        await _libvirtd.VirshAsync("define", path);
        return await _libvirtd.VirshAsync("dumpxml", name);
    }
}
