using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LimiQuantix.Guest.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Integration;

/// <summary>The native binary, on this machine, its port a unix socket.</summary>
[Category("Integration")]
public sealed class AgentBinaryTests
{
    private const long MaxFile = 6 << 20;
    private const long MaxResident = 10 << 20;

    [Test]
    public async Task Binary_keeps_its_budget()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync();
        long idle = agent.ResidentBytes();
        await using GuestSession session = await agent.SessionAsync();
        for (int i = 0; i < 200; i++)
            await session.Processes.RunAsync(["true"]);
        await session.Files.WriteAsync(agent.Combine("f"), new byte[32 << 20]);
        await session.Files.ReadAsync(agent.Combine("f"), 64 << 20);
        await session.System.GetTelemetryAsync();
        long worked = agent.ResidentBytes();
        await Task.Delay(5000);
        long rested = agent.ResidentBytes();
        TestContext.Out.WriteLine($"file {new FileInfo(await AgentBinary.PathAsync()).Length / 1024} KiB, resident idle {idle / 1024} KiB, after work {worked / 1024} KiB, rested {rested / 1024} KiB");

        Assert.That(new FileInfo(await AgentBinary.PathAsync()).Length, Is.LessThanOrEqualTo(MaxFile));
        Assert.That(idle, Is.LessThanOrEqualTo(MaxResident));
        Assert.That(worked, Is.LessThanOrEqualTo(MaxResident));
    }

    [Test]
    public async Task Binary_asks_for_no_newer_C_library_than_2_34()
    {
        Requires.Tool("objdump");
        string symbols = await Command.OutputAsync("objdump", ["-T", await AgentBinary.PathAsync()]);
        var versions = System.Text.RegularExpressions.Regex.Matches(symbols, @"GLIBC_(\d+\.\d+)").Select(m => Version.Parse(m.Groups[1].Value));

        Assert.That(versions.Max(), Is.LessThanOrEqualTo(new Version(2, 34)));
        Assert.That(symbols, Does.Not.Contain("libssl").And.Not.Contain("libicu"));
    }

    [Test]
    public async Task Binary_for_arm64_runs()
    {
        string qemu = Requires.Tool("qemu-aarch64-static");
        ProcessOutput output = await Command.RunAsync(qemu, ["-L", "/usr/aarch64-linux-gnu", await AgentBinary.Arm64PathAsync(), "--version"]);

        Assert.That((output.ExitCode, output.StandardOutput.Trim()), Is.EqualTo((0, "0.1.0")), output.StandardError);
        Assert.That(new FileInfo(await AgentBinary.Arm64PathAsync()).Length, Is.LessThanOrEqualTo(MaxFile));
    }

    [Test]
    public async Task Terminal_and_another_user_are_set_up_by_the_binary_itself()
    {
        Requires.Root();
        await using AgentProcess agent = await AgentProcess.StartAsync();
        await using GuestSession session = await agent.SessionAsync();
        GuestCommandResult result = await session.Processes.RunAsync(
            new GuestCommand { Arguments = ["sh", "-c", "id -un; ps -o tty= -p $$; stty size"], User = "nobody", Directory = "/", Terminal = new GuestCommand.GuestTerminalSize(80, 24) }, default);

        Assert.That(result.OutputText, Does.Match(@"nobody\r\npts/\d+\s*\r\n24 80"));
        Assert.That(await Failing.CodeOfAsync(() => session.Processes.RunAsync(new GuestCommand { Arguments = ["no-such-program"], User = "nobody", Directory = "/" }, default)), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [Test]
    public async Task Agent_that_is_asked_to_end_ends_with_its_programs()
    {
        await using AgentProcess agent = await AgentProcess.StartAsync();
        GuestSession session = await agent.SessionAsync();
        GuestProcess sleeping = await session.Processes.StartAsync(new GuestCommand { Arguments = ["sleep", "1000"] });
        await agent.TerminateAsync();

        for (int i = 0; i < 100 && Directory.Exists($"/proc/{sleeping.ProcessId}"); i++)
            await Task.Delay(50);
        Assert.That(Directory.Exists($"/proc/{sleeping.ProcessId}"), Is.False);
        await session.DisposeAsync();
    }

    [Test]
    public async Task Package_for_Debian_holds_what_it_should_and_is_the_same_each_time()
    {
        Requires.Tool("dpkg-deb");
        await using TemporaryFolder one = new();
        await using TemporaryFolder two = new();
        string first = (await Command.OutputAsync(RepositoryRoot.Combine("eng/guest-agent-deb.sh"), ["x64", one.Path], TimeSpan.FromMinutes(20))).Split('\n')[^1];
        string second = (await Command.OutputAsync(RepositoryRoot.Combine("eng/guest-agent-deb.sh"), ["x64", two.Path], TimeSpan.FromMinutes(20))).Split('\n')[^1];
        string content = await Command.OutputAsync("dpkg-deb", ["-c", first]);

        Assert.That(content, Does.Contain("./usr/lib/limiquantix/limiquantix-guest-agent").And.Contain("limiquantix-guest-agent.service").And.Contain("99-limiquantix-guest-agent.rules"));
        Assert.That(await File.ReadAllBytesAsync(second), Is.EqualTo(await File.ReadAllBytesAsync(first)));
    }

    [Test]
    public async Task Disc_is_named_by_its_content_and_holds_the_installer()
    {
        Requires.Tool("xorriso");
        await using TemporaryFolder folder = new();
        string first = (await Command.OutputAsync(RepositoryRoot.Combine("eng/guest-agent-iso.sh"), [folder.Path, "x64"], TimeSpan.FromMinutes(20))).Split('\n')[^1];
        string again = (await Command.OutputAsync(RepositoryRoot.Combine("eng/guest-agent-iso.sh"), [folder.Path, "x64"], TimeSpan.FromMinutes(20))).Split('\n')[^1];
        string content = await Command.OutputAsync("xorriso", ["-indev", first, "-find", "/"]);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(content, Does.Contain("/install.sh").And.Contain("/limiquantix-guest-agent-x64").And.Contain("/limiquantix-guest-agent.service"));
    }

    /// <summary>The binary as a process of its own.</summary>
    private sealed class AgentProcess : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private Process _process = null!;

        public static async Task<AgentProcess> StartAsync()
        {
            AgentProcess agent = new();
            agent._listener.Bind(new UnixDomainSocketEndPoint(agent.Combine("p")));
            agent._listener.Listen();
            agent._process = Process.Start(
                await AgentBinary.PathAsync(), ["--port", agent.Combine("p"), "--state", agent.Combine("s"), "--policy", agent.Combine("none"), "--scopes", "no"]);
            await Task.Delay(500);
            return agent;
        }

        public string Combine(string name) => _folder.Combine(name);

        public async Task<GuestSession> SessionAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await GuestSession.ConnectAsync(new NetworkStream(await _listener.AcceptAsync(patience.Token), ownsSocket: true));
        }

        public long ResidentBytes()
        {
            string line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }

        public async Task TerminateAsync()
        {
            await Command.OutputAsync("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _listener.Dispose();
            await _folder.DisposeAsync();
        }
    }
}
