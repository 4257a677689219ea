using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>
/// A private libvirtd whose daemon is replaced, in <see cref="PrivateLibvirtd"/>'s namespace, by one of a test's own configuration,
/// beside programs that it needs there. All of it ends with the namespace's folder.
/// </summary>
internal sealed class ConfiguredLibvirtd : IAsyncDisposable
{
    private readonly PrivateLibvirtd _daemon;
    private readonly TemporaryFolder _folder = new();

    private ConfiguredLibvirtd(PrivateLibvirtd daemon) => _daemon = daemon;

    /// <summary>The daemon's unix socket.</summary>
    public string SocketPath => _daemon.SocketPath;

    /// <summary>The process that keeps the namespace.</summary>
    public string Keeper { get; private set; } = "";

    /// <summary>The daemon's own log.</summary>
    public string LogPath => _daemon.LogPath;

    /// <summary>Ends the namespace's daemon; <see cref="RunDaemonAsync"/> starts the other.</summary>
    public static async Task<ConfiguredLibvirtd> PrepareAsync()
    {
        string nsenter = Requires.Tool("nsenter");
        var configured = new ConfiguredLibvirtd(await PrivateLibvirtd.StartAsync());
        try
        {
            // Other users walk through here.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(configured._folder.Path, (UnixFileMode)0b111_101_101);
            // Something must keep the namespace while no daemon runs.
            string keeper = configured.Path("keeper");
            await Command.OutputAsync("/bin/sh",
                ["-c", $"{nsenter} --mount --target {configured._daemon.ProcessId} setsid sleep 600 >/dev/null 2>&1 & echo $! > {keeper}"]);
            configured.Keeper = (await File.ReadAllTextAsync(keeper)).Trim();
            // It must have entered before the daemon may go.
            await Waiting.UntilAsync(async () => (await File.ReadAllTextAsync($"/proc/{configured.Keeper}/comm")).Trim() == "sleep");
            await configured._daemon.KillAsync();
            return configured;
        }
        catch
        {
            await configured.DisposeAsync();
            throw;
        }
    }

    /// <summary>The path of a name in a folder of the daemon's own, the same inside the namespace.</summary>
    public string Path(string name) => _folder.Combine(name);

    /// <summary>Runs a program in the namespace until it ends or goes into the background.</summary>
    public Task<string> RunAsync(params IEnumerable<string> command) =>
        Command.OutputAsync(Requires.Tool("nsenter"), ["--mount", "--target", Keeper, .. command], TimeSpan.FromMinutes(2));

    /// <summary>Starts the daemon with a configuration (<c>libvirtd.conf</c>), by a command that runs another (<c>env A=b</c>).</summary>
    public async Task RunDaemonAsync(string configuration, IEnumerable<string> by, params IEnumerable<string> arguments)
    {
        string file = Path("libvirtd.conf");
        await File.WriteAllTextAsync(file, $"{configuration}\nlog_outputs = \"2:file:{LogPath}\"\n");
        await RunAsync([.. by, Requires.Tool("libvirtd"), "-d", .. arguments, "-f", file, "-p", System.IO.Path.Combine(_daemon.StateFolder, "libvirtd.pid")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
