using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>What happens to machines when libvirtd goes, or when somebody uses virsh beside us.</summary>
[Category("Integration")]
public sealed class LibvirtFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Test]
    public async Task A_machine_is_followed_through_the_death_and_restart_of_libvirtd()
    {
        await using var libvirtd = await PrivateLibvirtd.StartAsync();
        await using var installation = new Installation(libvirtd);
        await using var platform = InProcess.Start(installation);
        var machine = await CreateAsync(platform, "survivor");
        var states = platform.LimiQuantix.Machines.WatchAsync(machine.Id).GetAsyncEnumerator();
        await using var _ = states;
        await NextAsync(states, PowerState.Running);

        await libvirtd.KillAsync();
        var lost = await platform.LimiQuantix.Machines.GetAsync(machine.Id);
        Assert.That(lost.Status.PowerState, Is.EqualTo(PowerState.Unknown));
        Assert.That(lost.Status.Error!.Code, Is.EqualTo(ErrorCodes.Unavailable));
        await libvirtd.RestartAsync();
        await platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Running, new() { Timeout = Patience });

        // A daemon that has just started takes its guests back behind the calls that it already answers; a destroy in between ends the guest
        // and fails all the same. A monitor command waits its turn.
        await libvirtd.VirshAsync("qemu-monitor-command", machine.Id.ToString(), "{\"execute\":\"query-status\"}");
        await libvirtd.VirshAsync("destroy", machine.Id.ToString());
        await NextAsync(states, PowerState.Stopped);
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    [Test]
    public async Task A_change_by_hand_is_reported_and_a_foreign_domain_is_left_alone()
    {
        await using var libvirtd = await PrivateLibvirtd.StartAsync();
        await using var installation = new Installation(libvirtd);
        var foreign = await DefineForeignAsync(libvirtd, installation.Folder);
        await using var platform = InProcess.Start(installation);
        var machine = await CreateAsync(platform, "edited");
        Assert.That((await platform.LimiQuantix.Machines.GetAsync(machine.Id)).Status.Drift, Is.Empty);

        await libvirtd.VirshAsync("setmaxmem", machine.Id.ToString(), "65536", "--config");
        var drifted = await platform.LimiQuantix.Machines.GetAsync(machine.Id);
        Assert.That(drifted.Status.Drift, Is.Not.Empty);
        await (await platform.LimiQuantix.Machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        await (await platform.LimiQuantix.Machines.StartAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(await libvirtd.VirshAsync("dumpxml", "--inactive", machine.Id.ToString()), Does.Contain("65536"));

        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);
        Assert.That(await libvirtd.VirshAsync("dumpxml", "foreign"), Is.EqualTo(foreign));
        Assert.That((await platform.LimiQuantix.Machines.ListAsync()).Items.Any(m => m.Name == "foreign"), Is.False);
    }

    private static async Task<VirtualMachine> CreateAsync(InProcess platform, string name)
    {
        var image = await platform.LimiQuantix.Images.EnsureAsync(await GuestImages.TinyAsync());
        var spec = new MachineSpec { Name = name, Disks = [DiskSpec.FromImage(image.Id, 1L << 30)], Memory = new MachineMemory { SizeBytes = 128L << 20 }, AllowNoLogin = true };
        return await (await platform.LimiQuantix.Machines.CreateAsync(spec)).CompletedAsync().WaitAsync(Patience);
    }

    private static async Task NextAsync(IAsyncEnumerator<VirtualMachine> states, PowerState wanted)
    {
        while (await states.MoveNextAsync().AsTask().WaitAsync(Patience))
        {
            if (states.Current.Status.PowerState == wanted) return;
        }

        Assert.Fail($"The following ended before {wanted}.");
    }

    private static async Task<string> DefineForeignAsync(PrivateLibvirtd libvirtd, string folder)
    {
        var path = Path.Combine(folder, "foreign.xml");
        await File.WriteAllTextAsync(
            path, "<domain type='qemu'><name>foreign</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>");
        await libvirtd.VirshAsync("define", path);
        return await libvirtd.VirshAsync("dumpxml", "foreign");
    }
}
