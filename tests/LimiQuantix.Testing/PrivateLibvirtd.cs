namespace LimiQuantix.Testing;

/// <summary>
/// A libvirtd of the test's own (<c>eng/libvirtd.sh</c>): own state, own mount namespace, no systemd, no /dev/kvm unless asked.
/// Disposal ends it with the guests that it still runs.
/// </summary>
public sealed class PrivateLibvirtd : IAsyncDisposable
{
    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder folder;

    private PrivateLibvirtd(TemporaryFolder folder, string uri)
    {
        this.folder = folder;
        Uri = uri;
    }

    /// <summary>The connection URI, such as <c>qemu:///system?socket=/tmp/lq-x/d/run/libvirt-sock</c>.</summary>
    public string Uri { get; }

    /// <summary>The path of the daemon's socket.</summary>
    public string SocketPath => Uri[(Uri.IndexOf('=', StringComparison.Ordinal) + 1)..];

    /// <summary>The folder that the daemon keeps its state in.</summary>
    public string StateFolder => folder.Combine("d");

    /// <summary>The path of the daemon's own log.</summary>
    public string LogPath => Path.Combine(StateFolder, "log", "libvirtd.log");

    /// <summary>The process id of the daemon now; it changes at <see cref="RestartAsync"/>.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(Path.Combine(StateFolder, "libvirtd.pid")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts a daemon; skips (in CI: fails) the test when libvirtd, QEMU or root is missing.</summary>
    public static async Task<PrivateLibvirtd> StartAsync(PrivateLibvirtdOptions? options = null, CancellationToken cancellationToken = default)
    {
        Requires.Libvirtd();
        var folder = new TemporaryFolder();
        // Unprivileged clients, and a daemon of another user, walk through here; who may connect is the socket's mode.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        string state = folder.Combine("d");
        List<string> arguments = ["up", state];
        if (options?.Kvm is true)
            arguments.Add("--kvm");
        if (options?.SocketMode is { } mode)
            arguments.AddRange(["--socket-mode", mode]);
        if (options?.GuestUser is { } guestUser)
            arguments.AddRange(["--guest-user", guestUser]);
        if (options?.User is { } user)
            arguments.AddRange(["--user", user]);

        try
        {
            string output = await ScriptAsync(arguments, cancellationToken);
            return new PrivateLibvirtd(folder, output.Split('\n')[^1]);
        }
        catch
        {
            await Command.RunAsync(Script, ["down", state], ScriptTimeout, CancellationToken.None);
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the daemon only (SIGKILL), and returns when it is gone; its guests go on.</summary>
    public async Task KillAsync()
    {
        int processId = ProcessId;
        Signal.Kill(processId);
        // The daemon is not our child: its entry in /proc goes when its parent has collected it.
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{processId}") || IsZombie(processId), "the killed daemon is gone");
    }

    /// <summary>Starts the daemon again after <see cref="KillAsync"/>, or ends it gently and starts it again; guests survive both.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => ScriptAsync(["restart", StateFolder], cancellationToken);

    /// <summary>Freezes the daemon (SIGSTOP): connections stay open, nothing answers.</summary>
    public void Stop() => Signal.Stop(ProcessId);

    /// <summary>Lets a frozen daemon go on (SIGCONT).</summary>
    public void Continue() => Signal.Continue(ProcessId);

    /// <summary>Runs virsh on this daemon and gives its output; the command must succeed.</summary>
    public Task<string> VirshAsync(params string[] arguments) => Command.OutputAsync(Requires.Tool("virsh"), ["-q", "-c", Uri, .. arguments]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ScriptAsync(["down", StateFolder], CancellationToken.None);
        await folder.DisposeAsync();
    }

    private static string Script => RepositoryRoot.Combine("eng/libvirtd.sh");

    private static Task<string> ScriptAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Command.OutputAsync(Script, arguments, ScriptTimeout, cancellationToken);

    private static bool IsZombie(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true; // It went between the look and the read.
        }
    }
}
