namespace LimiQuantix.Testing.Tests;

[Category("Integration")]
public sealed class PrivateLibvirtdTests
{
    private const string Domain =
        "<domain type='qemu'><name>idle</name><memory unit='MiB'>32</memory><os><type machine='q35'>hvm</type></os><devices/></domain>";

    [Test]
    public async Task A_guest_survives_its_killed_frozen_and_restarted_daemon_and_ends_with_it()
    {
        int guest;
        string state;
        await using (PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync())
        {
            state = libvirtd.StateFolder;
            await CreateDomainAsync(libvirtd);
            guest = await GuestAsync(libvirtd);
            int first = libvirtd.ProcessId;

            await libvirtd.KillAsync();
            Assert.That((await Command.RunAsync("virsh", ["-c", libvirtd.Uri, "version"])).ExitCode, Is.Not.Zero);
            await libvirtd.RestartAsync();
            Assert.That(await libvirtd.VirshAsync("list", "--name"), Does.Contain("idle"));
            Assert.That(libvirtd.ProcessId, Is.Not.EqualTo(first));

            libvirtd.Stop();
            Assert.That(
                async () => await Command.RunAsync("virsh", ["-c", libvirtd.Uri, "version"], TimeSpan.FromSeconds(2)), Throws.InstanceOf<TimeoutException>());
            libvirtd.Continue();
            Assert.That(await libvirtd.VirshAsync("list", "--name"), Does.Contain("idle"));
            libvirtd.Stop();
            await libvirtd.RestartAsync();
            Assert.That(await GuestAsync(libvirtd), Is.EqualTo(guest));
        }

        Assert.That(IsRunning(guest), Is.False);
        Assert.That(Directory.Exists(state), Is.False);
    }

    [Test]
    public async Task Starting_it_twice_gives_the_same_daemon_and_another_folder_another_one()
    {
        await using PrivateLibvirtd one = await PrivateLibvirtd.StartAsync();
        await using PrivateLibvirtd two = await PrivateLibvirtd.StartAsync();
        await CreateDomainAsync(one);
        int first = one.ProcessId;

        string again = await ScriptAsync("up", one.StateFolder);

        Assert.That(again, Is.EqualTo(one.Uri));
        Assert.That(one.ProcessId, Is.EqualTo(first));
        Assert.That(await two.VirshAsync("list", "--all", "--name"), Is.Empty);
    }

    [Test]
    public async Task A_folder_too_long_for_a_socket_works_and_leaves_nothing()
    {
        Requires.Libvirtd();
        await using var folder = new TemporaryFolder();
        string state = folder.Combine(new string('x', 150));

        string uri = await ScriptAsync("up", state);
        string socket = uri[(uri.IndexOf('=', StringComparison.Ordinal) + 1)..];
        try
        {
            Assert.That(socket, Has.Length.LessThan(108));
            Assert.That((await Command.RunAsync("virsh", ["-c", uri, "version"])).ExitCode, Is.Zero);
        }
        finally
        {
            await ScriptAsync("down", state);
        }

        Assert.That(Directory.Exists(Path.GetDirectoryName(socket)), Is.False);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_session_daemon_runs_its_guests_as_its_user()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync(new PrivateLibvirtdOptions { User = "nobody" });
        await CreateDomainAsync(libvirtd);

        string status = await File.ReadAllTextAsync($"/proc/{await GuestAsync(libvirtd)}/status");

        Assert.That(libvirtd.Uri, Does.StartWith("qemu:///session?socket="));
        Assert.That(status, Does.Match(@"Uid:\s+65534\b"));
    }

    [Test]
    public async Task A_socket_of_mode_0700_refuses_another_user()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync(new PrivateLibvirtdOptions { SocketMode = "0700" });

        ProcessOutput refused = await Command.RunAsync(
            Requires.Tool("setpriv"), ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "virsh", "-c", libvirtd.Uri, "version"]);

        Assert.That(refused.ExitCode, Is.Not.Zero);
        Assert.That(refused.StandardError, Does.Contain("Permission denied"));
        Assert.That(await libvirtd.VirshAsync("version"), Does.Contain("QEMU"));
    }

    private static async Task CreateDomainAsync(PrivateLibvirtd libvirtd)
    {
        string path = Path.Combine(Path.GetDirectoryName(libvirtd.StateFolder)!, "domain.xml");
        await File.WriteAllTextAsync(path, Domain);
        await libvirtd.VirshAsync("create", path);
    }

    private static async Task<int> GuestAsync(PrivateLibvirtd libvirtd) =>
        int.Parse(await ScriptAsync("guests", libvirtd.StateFolder), System.Globalization.CultureInfo.InvariantCulture);

    private static Task<string> ScriptAsync(string command, string state) => Command.OutputAsync(RepositoryRoot.Combine("eng/libvirtd.sh"), [command, state]);

    private static bool IsRunning(int processId) =>
        File.Exists($"/proc/{processId}/stat") && !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
}
