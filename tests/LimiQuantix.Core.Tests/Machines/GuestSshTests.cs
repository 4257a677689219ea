using System.Text;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>Who may log in to a guest and how its server is known: what its cloud-init prints when it is started the first time.</summary>
public sealed class GuestSshTests
{
    // As Debian 12 prints it.
    private const string FirstBoot = """
        [   21.504] cloud-init[542]: Cloud-init v. 22.4.2 running 'modules:final' at Sat, 28 Nov 2026 10:00:00 +0000. Up 21.41 seconds.
        ci-info: +++++++++++++++++++++++++++Authorized keys from /home/debian/.ssh/authorized_keys for user debian+++++++++++++++++++++++++++
        ci-info: | Keytype |                Fingerprint (sha256)               | Options |  Comment |
        <14>Nov 28 10:00:00 cloud-init: #############################################################
        <14>Nov 28 10:00:00 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----
        <14>Nov 28 10:00:00 cloud-init: 256 SHA256:VYqtdKJt9kTr5a1o3Hd4wr/4ykrbYpMRYyxQtHIXn8A root@web (ED25519)
        <14>Nov 28 10:00:00 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----
        -----BEGIN SSH HOST KEY KEYS-----
        ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKxZ5JxlHzI1q0r9b3GzS8wH1a0r9b3GzS8wH1a= root@web
        ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDq0bYpMRYyxQtHIXn8AVYqtdKJt9kTr5a1o3Hd4wr4y root@web
        -----END SSH HOST KEY KEYS-----
        web login:
        """;

    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDq0bYpMRYyxQtHIXn8AVYqtdKJt9kTr5a1o3Hd4wr4y";

    [Test]
    public void User_and_keys_are_read_and_nothing_that_has_not_their_form()
    {
        var read = GuestSsh.Read(FirstBoot);
        Assert.That(read.User, Is.EqualTo("debian"));
        Assert.That(read.HostKeys, Has.Count.EqualTo(2).And.Contains(Key));
        Assert.That(GuestSsh.Read(FirstBoot.Replace("user debian", "user $(reboot)", StringComparison.Ordinal)).User, Is.Null);
        Assert.That(GuestSsh.Read(FirstBoot.Replace("user debian", "user root", StringComparison.Ordinal)).User, Is.Null);
        Assert.That(GuestSsh.Read(FirstBoot.Replace("-----END SSH HOST KEY KEYS-----", "", StringComparison.Ordinal)).HostKeys, Is.Empty, "half a block may have half a key");
        Assert.That(GuestSsh.Read(FirstBoot.Replace("ssh-ed25519 AAAA", "ssh-ed25519 ;reboot;AAAA", StringComparison.Ordinal)).HostKeys, Has.Count.EqualTo(1));
        Assert.That(GuestSsh.Read("").HostKeys, Is.Empty);
        var many = string.Concat(Enumerable.Range(0, 1000).Select(n => $"ssh-rsa {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{n:D40}"))}\n"));
        Assert.That(GuestSsh.Read($"-----BEGIN SSH HOST KEY KEYS-----\n{many}-----END SSH HOST KEY KEYS-----").HostKeys, Has.Count.LessThanOrEqualTo(8));
    }

    [Test]
    public async Task Command_has_the_user_that_is_known_and_comes_with_the_keys_once_the_guest_said_them()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var spec = platform.Spec() with { Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }], Serials = [new MachineSerial { Log = true }] };
        var machine = await platform.CreateAsync(spec);
        var port = machine.Status.Forwards[0].HostPort;
        Assert.That((machine.SshCommand, machine.SshKnownHosts.Count), Is.EqualTo(($"ssh -p {port} USER@127.0.0.1", 0)), "nobody knows which user the image has");

        platform.Hypervisor.SerialLog = Encoding.UTF8.GetBytes(FirstBoot);
        platform.Hypervisor.Set(machine.Id, PowerState.Running);
        machine = await machines.GetAsync(machine.Id);
        Assert.That(machine.SshCommand, Is.EqualTo($"ssh -p {port} debian@127.0.0.1"));
        Assert.That(machine.SshKnownHosts, Has.Count.EqualTo(2).And.Contains($"[127.0.0.1]:{port} {Key}"));

        // It is not said again at the next start, and is known all the same.
        await Testing.Eventually.TrueAsync(
            async () => (await machines.ListAsync(new MachineQuery())).Items.Single().SshKnownHosts.Count == 2, "the leader has written it");
        platform.Hypervisor.SerialLog = [];
        await (await machines.RestartAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();
        machine = await machines.GetAsync(machine.Id);
        Assert.That((machine.SshCommand, machine.SshKnownHosts.Count), Is.EqualTo(($"ssh -p {port} debian@127.0.0.1", 2)));
    }

    [Test]
    public async Task Machine_whose_creation_failed_has_no_command()
    {
        await using var platform = await Platform.StartAsync();
        platform.Hypervisor.Fail[nameof(IHypervisor.StartAsync)] = new LimiQuantixException(ErrorCodes.Internal, "The fake fails.");
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec() with { Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22, HostPort = 40222 }] }] });
        await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync());
        Assert.That((await platform.LimiQuantix.Machines.GetAsync(creation.ResourceId)).SshCommand, Is.Null);
    }
}
