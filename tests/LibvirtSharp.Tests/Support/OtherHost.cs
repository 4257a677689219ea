using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>A real libvirtd that takes itself for another host: a name and a number of its own, so that machines can be migrated to it.</summary>
internal sealed class OtherHost : IAsyncDisposable
{
    private readonly ConfiguredLibvirtd _daemon;

    private OtherHost(ConfiguredLibvirtd daemon) => _daemon = daemon;

    public string SocketPath => _daemon.SocketPath;

    public string Uri => $"qemu:///system?socket={SocketPath}";

    /// <summary>The path of a name in a folder that both hosts see.</summary>
    public string Path(string name) => _daemon.Path(name);

    /// <summary>Runs a program there.</summary>
    public Task RunAsync(params string[] command) => _daemon.RunAsync(command);

    public static async Task<OtherHost> StartAsync()
    {
        var host = new OtherHost(await ConfiguredLibvirtd.PrepareAsync());
        try
        {
            await host._daemon.RunDaemonAsync(
                $"auth_unix_rw = \"none\"\nhost_uuid = \"{Guid.NewGuid()}\"",
                [Requires.Tool("unshare"), "--uts", "/bin/sh", "-c", "hostname elsewhere.example && exec \"$@\"", "sh"]);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}
