using System.Net.Sockets;
using System.Text;
using LimiQuantix.Conformance;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Testing;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Lifecycle;

/// <summary>One tiny guest from definition to deletion, on a libvirtd of its own that is killed on the way.</summary>
[TestFixture, Category("Integration")]
public sealed class RunningMachineTests
{
    [Test]
    public async Task Machine_is_defined_boots_answers_outlives_libvirtd_stops_and_leaves_nothing()
    {
        await using PrivateLibvirtd libvirtd = await PrivateLibvirtd.StartAsync();
        await using var host = new TestHost();
        await using IHypervisor hypervisor = host.Open(libvirtd.Uri);
        string disk = host.Combine("disk.qcow2");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", "-b", await GuestImages.TinyAsync(), "-F", "qcow2", disk]);
        int port = FreePort();
        MachineDefinition definition = TestMachines.Small() with
        {
            Disks = [TestMachines.File(disk)],
            Nics = [TestMachines.User(new PortForward { GuestPort = 22, HostPort = port })],
        };
        Guid id = definition.Ownership.ResourceId;
        await using var events = new EventLog(hypervisor);
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);

        MachineObservation defined = await hypervisor.EnsureDefinedAsync(definition);
        Assert.Multiple(() =>
        {
            Assert.That(defined.MachineId, Is.EqualTo(id));
            Assert.That(defined.PowerState, Is.EqualTo(PowerState.Stopped));
            Assert.That(defined.Accelerator, Is.EqualTo("tcg"));
            Assert.That(defined.MachineType, Does.Match(@"^pc-q35-\d+\.\d+$"), "the type is pinned");
            Assert.That(defined.Drift, Is.Empty);
        });

        await hypervisor.StartAsync(definition);
        await hypervisor.StartAsync(definition);
        await events.UntilAsync(e => e.MachineId == id && e.PowerState == PowerState.Running);
        await Eventually.TrueAsync(async () => (await SerialAsync(hypervisor, id)).Contains("Linux version", StringComparison.Ordinal), "the serial log shows the kernel's boot");

        await using var agent = new QemuGuestAgent(
            host.Context with { OpenGuestChannelAsync = hypervisor.GetCapability<IGuestChannels>()!.OpenChannelAsync }, new QemuGuestAgentOptions());
        await Eventually.TrueAsync(() => AnswersAsync(agent, id), "the agent answers");
        await Eventually.TrueAsync(async () => (await agent.GetAddressesAsync(new GetGuestAddressesRequest { MachineId = id })).Addresses.Contains("10.0.2.15"), "the agent tells the address of the user network");
        Assert.That(Encoding.UTF8.GetString((await ReadAsync(agent, id, "/proc/cmdline", 4096))!.Value.Span), Does.Contain("console="));
        Assert.That(await ReadAsync(agent, id, "/no/such/file", 10), Is.Null);
        Assert.That((await ReadAsync(agent, id, "/proc/version", 5))!.Value.Length, Is.EqualTo(5));

        Assert.That(await ReadVncAsync((UnixConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Vnc)), Does.StartWith("RFB 003.00"));
        await SerialConsoleEchoesAsync(hypervisor, id);

        await libvirtd.KillAsync();
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Disconnected);
        LimiQuantixException? down = await Assert.ThrowsAsync<LimiQuantixException>(() => hypervisor.ObserveAsync(id))!;
        Assert.That(down!.Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(down.IsTransient, Is.True);
        Assert.That((await hypervisor.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
        await libvirtd.RestartAsync();
        await events.UntilAsync(e => e.Kind == HypervisorEventKind.Resync);
        Assert.That((await hypervisor.ObserveAsync(id))!.PowerState, Is.EqualTo(PowerState.Running), "the guest outlived the daemon");
        await Eventually.TrueAsync(() => AnswersAsync(agent, id), "the agent answers the new daemon");

        await hypervisor.StopAsync(id, StopMode.Graceful);
        await events.UntilAsync(e => e.MachineId == id && e.PowerState == PowerState.Stopped);
        await hypervisor.StopAsync(id, StopMode.Graceful);
        MachineObservation off = (await hypervisor.ObserveAsync(id))!;
        Assert.That(off.PowerState, Is.EqualTo(PowerState.Stopped));
        Assert.That(off.Drift, Is.Empty, "a life of start, stop and reconnection changed nothing of the definition");

        await hypervisor.StartAsync(definition);
        await Eventually.TrueAsync(
            async () => (await SerialAsync(hypervisor, id)).Split("Linux version").Length == 3, "the second boot is appended to the log of the first");
        await Eventually.TrueAsync(() => AnswersAsync(agent, id), "the agent of the second boot answers");
        await hypervisor.PauseAsync(id);
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => ReadAsync(agent, id, "/proc/version", 5)))!.Code, Is.EqualTo(ErrorCodes.MachinePaused));
        await hypervisor.ResumeAsync(id);
        await Eventually.TrueAsync(() => AnswersAsync(agent, id), "it goes on where it was");
        Assert.That((await SerialAsync(hypervisor, id)).Split("Linux version"), Has.Length.EqualTo(3), "a pause is no boot");
        await hypervisor.ResetAsync(id);
        await Eventually.TrueAsync(async () => (await SerialAsync(hypervisor, id)).Split("Linux version").Length == 4, "a reset is one");
        // The guest boots: its agent is not there yet, and that is no other error.
        Assert.That(
            (await Assert.ThrowsAsync<LimiQuantixException>(() => ReadAsync(agent, id, "/proc/version", 5)))!.Code,
            Is.EqualTo(ErrorCodes.AgentAbsent).Or.EqualTo(ErrorCodes.AgentSilent));
        await hypervisor.DeleteAsync(id);
        await hypervisor.DeleteAsync(id);
        await events.UntilAsync(e => e.MachineId == id && e.Kind == HypervisorEventKind.Removed);
        Assert.That((await libvirtd.VirshAsync("list", "--all", "--name")).Trim(), Is.Empty);
        Assert.That(Directory.Exists(host.MachineFolder(id)), Is.False);
        Assert.That(Directory.GetFileSystemEntries(host.Context.RuntimeDirectory), Is.Empty);
        Assert.That(await hypervisor.ObserveAsync(id), Is.Null);
        Assert.That(File.Exists(disk), Is.True, "a volume is not the hypervisor's to remove");
    }

    private static async Task<string> SerialAsync(IHypervisor hypervisor, Guid id)
    {
        ISerialLog log = hypervisor.GetCapability<ISerialLog>()!;
        var text = new StringBuilder();
        for (long offset = 0; ;)
        {
            SerialLogChunk chunk = await log.ReadSerialLogAsync(id, offset, 8192);
            if (chunk.Bytes.IsEmpty)
                return text.ToString();
            text.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
            offset = chunk.NextOffset;
        }
    }

    private static async Task<string> ReadVncAsync(UnixConsole console)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(console.SocketPath));
        await using var stream = new NetworkStream(socket);
        var greeting = new byte[12];
        await stream.ReadExactlyAsync(greeting);
        return Encoding.ASCII.GetString(greeting);
    }

    private static async Task SerialConsoleEchoesAsync(IHypervisor hypervisor, Guid id)
    {
        var console = (OpenedConsole)await hypervisor.GetConsoleAsync(id, ConsoleKind.Serial);
        await using Stream stream = console.Stream;
        await stream.WriteAsync("echo from-$((40+2))\r"u8.ToArray());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (!heard.ToString().Contains("from-", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, deadline.Token);
            Assert.That(count, Is.GreaterThan(0), $"the console ended after: {heard}");
            heard.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    private static async Task<bool> AnswersAsync(QemuGuestAgent agent, Guid id)
    {
        try
        {
            return (await agent.DescribeAsync(new DescribeGuestAgentRequest { MachineId = id })).Version is not null;
        }
        catch (LimiQuantixException error) when (error.Code is ErrorCodes.AgentAbsent or ErrorCodes.AgentSilent)
        {
            return false;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(QemuGuestAgent agent, Guid id, string path, int maxBytes) =>
        (await agent.ReadFileAsync(new ReadGuestFileRequest { MachineId = id, Path = path, MaxBytes = maxBytes })).Bytes;

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
