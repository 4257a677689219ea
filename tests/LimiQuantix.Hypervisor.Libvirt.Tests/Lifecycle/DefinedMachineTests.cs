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
public sealed partial class DefinedMachineTests
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
