using System.Net;
using System.Net.Sockets;
using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>What happens to running machines from outside: virsh, a crash, other people's domains.</summary>
[TestFixture, Category("Integration")]
public sealed class ChangedMachineTests
{
    private PrivateLibvirtd _libvirtd = null!;
    private TestHost _host = null!;
    private IHypervisor _hypervisor = null!;
    private MachineDefinition _definition = null!;
    private Guid _id;
    private string _name = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _libvirtd = await SharedLibvirtd.GetAsync();
        _host = new TestHost(Guid.CreateVersion7());
        _hypervisor = _host.Open(_libvirtd.Uri);
        // Without a disk the firmware waits for one: a machine that runs and does nothing.
        _definition = TestMachines.Small(installation: _host.Context.InstallationId);
        MachineObservation made = await _hypervisor.EnsureDefinedAsync(_definition);
        (_id, _name) = (made.MachineId!.Value, made.HypervisorName);
        await _hypervisor.StartAsync(_definition);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (_hypervisor is null)
            return;
        await _hypervisor.DeleteAsync(_id);
        await _hypervisor.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Crash_of_qemu_is_told_and_is_not_a_clean_end()
    {
        await using var events = new EventLog(_hypervisor);
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
        Signal.Kill(await QemuAsync());
        HypervisorEvent told = (await events.UntilAsync(e => e.MachineId == _id && e.PowerState != PowerState.Running))[^1];
        Assert.That(told.PowerState, Is.EqualTo(PowerState.Crashed), told.Reason);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.PowerState, Is.EqualTo(PowerState.Crashed));
        await _hypervisor.StartAsync(_definition);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Forced_stop_is_a_clean_end()
    {
        await _hypervisor.StopAsync(_id, StopMode.Force);
        await _hypervisor.StopAsync(_id, StopMode.Force);
        MachineObservation seen = (await _hypervisor.ObserveAsync(_id))!;
        Assert.That((seen.PowerState, seen.Reason), Is.EqualTo((PowerState.Stopped, "destroyed")));
    }

    [Test]
    public async Task Suspended_machine_is_paused_and_goes_on_when_it_is_started()
    {
        await using var events = new EventLog(_hypervisor);
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
        await _libvirtd.VirshAsync("suspend", _name);
        await events.UntilAsync(e => e.MachineId == _id && e.PowerState == PowerState.Paused);
        MachineObservation seen = (await _hypervisor.ObserveAsync(_id))!;
        Assert.That((seen.PauseCause, seen.Reason), Is.EqualTo((PauseCause.Asked, "user")));
        await _hypervisor.StartAsync(_definition);
        await events.UntilAsync(e => e.MachineId == _id && e.PowerState == PowerState.Running);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.PauseCause, Is.EqualTo(PauseCause.Unknown));
    }

    [Test]
    public async Task Reboot_by_the_guest_and_by_a_reset_is_told_and_is_no_end()
    {
        string disk = _host.Combine("rebooter.img");
        byte[] bytes = new byte[1 << 20];
        BootSectors.Rebooter.CopyTo(bytes, 0);
        await File.WriteAllBytesAsync(disk, bytes);
        File.SetUnixFileMode(disk, (UnixFileMode)0b110_110_110);
        MachineDefinition rebooter = TestMachines.Small(installation: _host.Context.InstallationId) with { Disks = [TestMachines.File(disk, DiskFormat.Raw) with { BootOrder = 1 }] };
        Guid id = (await _hypervisor.EnsureDefinedAsync(rebooter)).MachineId!.Value;
        try
        {
            await using var events = new EventLog(_hypervisor);
            await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
            await _hypervisor.ResetAsync(_id);
            await events.UntilAsync(e => e.MachineId == _id && e.Kind == HypervisorEventKind.Rebooted);
            await _hypervisor.StartAsync(rebooter);
            IReadOnlyList<HypervisorEvent> seen = await events.UntilAsync(e => e.MachineId == id && e.Kind == HypervisorEventKind.Rebooted);
            Assert.That(seen.Where(e => e.MachineId == id).Select(e => e.PowerState), Has.None.AnyOf(PowerState.Stopped, PowerState.Crashed));
            Assert.That((await _hypervisor.ObserveAsync(id))!.PowerState, Is.EqualTo(PowerState.Running));
        }
        finally
        {
            await _hypervisor.DeleteAsync(id);
        }
    }

    [Test]
    public async Task Start_with_a_host_port_that_is_taken_says_so_and_another_port_starts_it()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int taken = ((IPEndPoint)other.LocalEndPoint!).Port;
        MachineDefinition forwarding = TestMachines.Small(installation: _host.Context.InstallationId) with { Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = taken })] };
        Guid id = (await _hypervisor.EnsureDefinedAsync(forwarding)).MachineId!.Value;
        try
        {
            var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => _hypervisor.StartAsync(forwarding));
            Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.HostPortTaken), refused.Message);
            Assert.That(refused.Message, Does.Contain($"{taken}"));
            using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)free.LocalEndPoint!).Port;
            free.Dispose();
            await _hypervisor.StartAsync(forwarding with { Nics = [forwarding.Nics[0] with { Attachment = new UserNic { NodeId = NodeId.Local, Forwards = [new PortForward { GuestPort = 22, HostPort = port }] } }] });
            Assert.That((await _hypervisor.ObserveAsync(id))!.PowerState, Is.EqualTo(PowerState.Running));
        }
        finally
        {
            await _hypervisor.DeleteAsync(id);
        }
    }

    [Test]
    public async Task Disk_that_is_plugged_in_by_virsh_is_drift_while_it_is_there()
    {
        string disk = _host.Combine("more.img");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "raw", disk, "1M"]);
        await _libvirtd.VirshAsync("attach-disk", _name, disk, "vdx", "--live", "--subdriver", "raw");
        Assert.That((await _hypervisor.ObserveAsync(_id))!.Drift, Is.EqualTo(new[] { "The running machine has disk 'vdx', which its definition has not." }));
        await _hypervisor.StopAsync(_id, StopMode.Force);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.Drift, Is.Empty);
    }

    [Test]
    public async Task Machine_undefined_by_virsh_while_it_runs_is_still_ours_and_gone_when_it_stops()
    {
        await using var events = new EventLog(_hypervisor);
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
        await _libvirtd.VirshAsync("undefine", _name);
        await events.UntilAsync(e => e.MachineId == _id && e.Kind == HypervisorEventKind.Changed && e.PowerState == PowerState.Running);
        await _libvirtd.VirshAsync("destroy", _name);
        await events.UntilAsync(e => e.MachineId == _id && e.Kind == HypervisorEventKind.Removed);
        Assert.That(await _hypervisor.ObserveAsync(_id), Is.Null);
    }

    [Test]
    public async Task Machine_undefined_by_virsh_while_it_runs_is_drift_and_outlives_its_stop_when_it_is_started_again()
    {
        await _libvirtd.VirshAsync("undefine", _name);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.Drift, Has.One.Contains("no definition any more"));
        await _hypervisor.StartAsync(_definition);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.Drift, Is.Empty);
        await _hypervisor.StopAsync(_id, StopMode.Force);
        Assert.That((await _hypervisor.ObserveAsync(_id))!.PowerState, Is.EqualTo(PowerState.Stopped));
    }

    [Test]
    public async Task Machine_undefined_by_virsh_while_it_is_off_is_defined_again_as_it_was()
    {
        await _hypervisor.StopAsync(_id, StopMode.Force);
        string? type = (await _hypervisor.ObserveAsync(_id))!.MachineType;
        await _libvirtd.VirshAsync("undefine", _name);
        Assert.That(await _hypervisor.ObserveAsync(_id), Is.Null);
        MachineObservation again = await _hypervisor.EnsureDefinedAsync(_definition with { MachineType = type });
        Assert.That((again.MachineType, again.PowerState), Is.EqualTo((type, PowerState.Stopped)));
        Assert.That(again.Drift, Is.Empty);
        await _hypervisor.StartAsync(_definition);
    }

    [Test]
    public async Task Other_domains_are_not_told_of()
    {
        await using var events = new EventLog(_hypervisor);
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
        string name = $"foreign-{Guid.NewGuid():N}";
        string path = _host.Combine("foreign.xml");
        await File.WriteAllTextAsync(
            path, $"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>");
        await _libvirtd.VirshAsync("define", path);
        await _libvirtd.VirshAsync("undefine", name);
        await _hypervisor.StopAsync(_id, StopMode.Force);
        IReadOnlyList<HypervisorEvent> seen = await events.UntilAsync(e => e.MachineId == _id && e.PowerState == PowerState.Stopped);
        Assert.That(seen.Select(e => e.MachineId).Distinct(), Is.EqualTo(new Guid?[] { _id }));
    }

    [Test]
    public async Task Frozen_libvirtd_is_unhealthy_and_recovers()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using IHypervisor hypervisor = _host.Open(libvirtd.Uri);
        Assert.That((await hypervisor.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));
        libvirtd.Stop();
        ProviderHealth health;
        try
        {
            health = await hypervisor.CheckHealthAsync();
        }
        finally
        {
            libvirtd.Continue();
        }

        Assert.That(health.Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
        Assert.That(health.Error!.IsTransient, Is.True);
        await Eventually.TrueAsync(async () => (await hypervisor.CheckHealthAsync()).Status == ProviderHealthStatus.Healthy, "it answers again");
    }

    private async Task<int> QemuAsync()
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                string command = await File.ReadAllTextAsync(Path.Combine(process, "cmdline"));
                if (command.Contains("qemu-system", StringComparison.Ordinal) && command.Contains(_name, StringComparison.Ordinal))
                    return int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended between the look and the read.
            }
        }

        throw new InvalidOperationException($"No QEMU runs {_name}.");
    }
}
