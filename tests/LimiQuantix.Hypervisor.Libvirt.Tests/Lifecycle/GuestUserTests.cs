using System.Net.Sockets;
using LimiQuantix.Conformance;
using LimiQuantix.Consoles;
using LimiQuantix.Machines;
using LimiQuantix.Storage;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>QEMU as a user of its own, as distributions configure libvirt: a first machine must not fail with "Permission denied".</summary>
[TestFixture, Category("Integration")]
public sealed class GuestUserTests
{
    private const string User = "libvirt-qemu";
    private PrivateLibvirtd _libvirtd = null!;
    private TestHost _host = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        if (!(await File.ReadAllTextAsync("/etc/passwd")).Contains(User + ":", StringComparison.Ordinal))
            Requires.Missing($"there is no user {User}: apt-get install libvirt-daemon-system");
        _libvirtd = await PrivateLibvirtd.StartAsync(new PrivateLibvirtdOptions { GuestUser = User });
        _host = new TestHost();
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        if (_libvirtd is not null)
            await _libvirtd.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    [Test]
    public async Task First_machine_starts_and_its_socket_log_and_seed_are_reached_from_both_sides()
    {
        await using IHypervisor hypervisor = _host.Open(_libvirtd.Uri);
        MachineDefinition definition = await DefinitionAsync("a");
        Guid id = definition.Ownership.ResourceId;
        await hypervisor.EnsureDefinedAsync(definition);
        Assert.That(File.GetUnixFileMode(Path.Combine(_host.MachineFolder(id), "seed.iso")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), "a seed may hold a password");
        await hypervisor.StartAsync(definition);
        Assert.That(
            File.GetUnixFileMode(Path.Combine(_host.MachineFolder(id), "console")), Is.EqualTo((UnixFileMode)0b111_000_000), "a serial log may hold a password too");
        var console = (UnixConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(console.SocketPath));
        await Eventually.TrueAsync(
            async () => (await hypervisor.GetCapability<ISerialLog>()!.ReadSerialLogAsync(id, 0, 64)).Bytes.Length > 0, "the guest prints to the serial log");
        await hypervisor.StopAsync(id, StopMode.Force);
        await hypervisor.StartAsync(definition);
        await hypervisor.DeleteAsync(id);
        Assert.That(Directory.Exists(_host.MachineFolder(id)), Is.False);
        Assert.That(Directory.GetFileSystemEntries(_host.Context.RuntimeDirectory), Is.Empty);
    }

    [Test]
    public async Task Vnc_on_loopback_asks_for_the_password_that_only_our_user_can_read()
    {
        await using IHypervisor hypervisor = _host.Open(_libvirtd.Uri, options => options.VncListen = VncListen.Loopback);
        MachineDefinition definition = await DefinitionAsync("b");
        Guid id = definition.Ownership.ResourceId;
        await hypervisor.EnsureDefinedAsync(definition);
        await hypervisor.StartAsync(definition);
        var console = (TcpConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc);
        Assert.That(console.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(console.Credentials!.Password, Has.Length.EqualTo(8));
        Assert.That(console.ToString(), Does.Not.Contain(console.Credentials.Password), "endpoints are logged");
        Assert.That(File.GetUnixFileMode(Path.Combine(_host.MachineFolder(id), "vnc.password")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await SecurityTypesAsync(console), Is.EqualTo(new byte[] { 2 }), "VNC authentication and nothing else");

        // libvirt tells nobody a password: each time that the domain is defined from what it told, it must have it again.
        string moved = _host.Combine("b-moved.qcow2");
        await hypervisor.StopAsync(id, StopMode.Force);
        File.Copy(_host.Combine("b.qcow2"), moved);
        definition = definition with { Disks = [definition.Disks[0] with { Attachment = ((FileDisk)definition.Disks[0].Attachment!) with { Path = moved } }] };
        await hypervisor.StartAsync(definition);
        Assert.That(await SecurityTypesAsync((TcpConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc)), Is.EqualTo(new byte[] { 2 }), "reached elsewhere");
        await hypervisor.StopAsync(id, StopMode.Force);
        definition = definition with { Cpu = new MachineCpu { Count = 2 } };
        await hypervisor.UpdateAsync(definition);
        await hypervisor.StartAsync(definition);
        Assert.That(await SecurityTypesAsync((TcpConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc)), Is.EqualTo(new byte[] { 2 }), "updated");
        await _libvirtd.VirshAsync("undefine", id.ToString());
        await hypervisor.StartAsync(definition);
        await hypervisor.StopAsync(id, StopMode.Force);
        await hypervisor.StartAsync(definition);
        Assert.That(await SecurityTypesAsync((TcpConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc)), Is.EqualTo(new byte[] { 2 }), "defined again");
        await hypervisor.DeleteAsync(id);
    }

    private static async Task<byte[]> SecurityTypesAsync(TcpConsole console)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(console.Host, console.Port);
        NetworkStream stream = client.GetStream();
        var greeting = new byte[12];
        await stream.ReadExactlyAsync(greeting);
        await stream.WriteAsync("RFB 003.008\n"u8.ToArray());
        byte[] types = new byte[await ReadByteAsync(stream)];
        await stream.ReadExactlyAsync(types);
        return types;
    }

    [Test]
    public async Task Vnc_that_listens_nowhere_is_handed_over_by_libvirt()
    {
        await using IHypervisor hypervisor = _host.Open(_libvirtd.Uri, options => options.VncListen = VncListen.Nowhere);
        MachineDefinition definition = await DefinitionAsync("d");
        Guid id = definition.Ownership.ResourceId;
        await hypervisor.EnsureDefinedAsync(definition);
        await hypervisor.StartAsync(definition);
        for (int time = 0; time < 2; time++)
        {
            var console = (OpenedConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc);
            await using Stream stream = console.Stream;
            var greeting = new byte[12];
            await stream.ReadExactlyAsync(greeting);
            Assert.That(System.Text.Encoding.ASCII.GetString(greeting), Does.StartWith("RFB 003.00"));
        }

        Assert.That((await hypervisor.ObserveAsync(id))!.Drift, Is.Empty);
        await hypervisor.DeleteAsync(id);
    }

    [Test]
    public async Task Backing_file_in_a_closed_folder_is_explained_by_the_folder()
    {
        await using IHypervisor hypervisor = _host.Open(_libvirtd.Uri);
        MachineDefinition definition = await DefinitionAsync("c");
        string closed = Directory.CreateDirectory(_host.Combine("closed"), (UnixFileMode)0b111_000_000).FullName;
        string backing = Path.Combine(closed, "base.qcow2");
        string overlay = _host.Combine("overlay.qcow2");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", backing, "16M"]);
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", "-b", backing, "-F", "qcow2", overlay]);
        definition = definition with { Disks = [TestMachines.File(overlay)] };
        await hypervisor.EnsureDefinedAsync(definition);
        LimiQuantixException? error = await Assert.ThrowsAsync<LimiQuantixException>(() => hypervisor.StartAsync(definition));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.PermissionDenied), error.Message);
        Assert.That(error.Target, Is.EqualTo(closed), error.Message);
        Assert.That(error.Remedy, Does.Contain($"setfacl -m u:{User}:x"));
        await hypervisor.DeleteAsync(definition.Ownership.ResourceId);
    }

    private static async Task<int> ReadByteAsync(Stream stream)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one);
        return one[0];
    }

    /// <summary>A root-owned disk that nobody else may read, as a storage pool makes them.</summary>
    private async Task<MachineDefinition> DefinitionAsync(string name)
    {
        string disk = _host.Combine(name + ".qcow2");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["convert", "-O", "qcow2", await GuestImages.TinyAsync(), disk]);
        File.SetUnixFileMode(disk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return TestMachines.Small() with { Disks = [TestMachines.File(disk)], Seed = new VolumeSeed { Content = new byte[64 << 10] } };
    }
}
