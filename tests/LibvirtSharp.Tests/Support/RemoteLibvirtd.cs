using System.Net;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>
/// A private libvirtd that also listens on loopback: TCP without authentication, and TLS with client certificates and SASL
/// SCRAM-SHA-256. It takes the place of <see cref="PrivateLibvirtd"/>'s own daemon, in that one's namespace.
/// </summary>
internal sealed class RemoteLibvirtd : IAsyncDisposable
{
    public const string User = "somebody";
    public const string Password = "a pass, word=";
    private readonly PrivateLibvirtd _daemon;
    private readonly TemporaryFolder _folder = new();

    private RemoteLibvirtd(PrivateLibvirtd daemon) => _daemon = daemon;

    public int TcpPort { get; } = FreePort();

    public int TlsPort { get; } = FreePort();

    public static async Task<RemoteLibvirtd> StartAsync(TestAuthority authority)
    {
        string saslpasswd = Requires.Tool("saslpasswd2");
        string nsenter = Requires.Tool("nsenter");
        string libvirtd = Requires.Tool("libvirtd");
        var remote = new RemoteLibvirtd(await PrivateLibvirtd.StartAsync());
        try
        {
            string passwords = remote._folder.Combine("passwords.db");
            await Command.OutputAsync("/bin/sh", ["-c", $"printf '%s' '{Password}' | {saslpasswd} -p -c -f {passwords} -a libvirt {User}"]);
            await File.WriteAllTextAsync(remote._folder.Combine("libvirt.conf"), $"mech_list: scram-sha-256 plain\nsasldb_path: {passwords}\n");
            await File.WriteAllTextAsync(remote._folder.Combine("libvirtd.conf"), $"""
                auth_unix_rw = "none"
                listen_addr = "127.0.0.1"
                listen_tcp = 1
                tcp_port = "{remote.TcpPort}"
                auth_tcp = "none"
                listen_tls = 1
                tls_port = "{remote.TlsPort}"
                auth_tls = "sasl"
                ca_file = "{authority.AuthorityPath}"
                cert_file = "{authority.Path("servercert.pem")}"
                key_file = "{authority.Path("serverkey.pem")}"
                log_outputs = "2:file:{remote._daemon.LogPath}"
                """);
            // Something must keep the namespace while no daemon runs; it ends with all that sees the daemon's folder.
            int first = remote._daemon.ProcessId;
            await Command.OutputAsync("/bin/sh", ["-c", $"{nsenter} --mount --target {first} setsid sleep 600 >/dev/null 2>&1 & echo $! > {remote._folder.Combine("keeper")}; sleep 0.5"]);
            await remote._daemon.KillAsync();
            string keeper = (await File.ReadAllTextAsync(remote._folder.Combine("keeper"))).Trim();
            await Command.OutputAsync(nsenter,
                ["--mount", "--target", keeper, "env", $"SASL_CONF_PATH={remote._folder.Path}", libvirtd, "-d", "-l", "-f", remote._folder.Combine("libvirtd.conf"), "-p", Path.Combine(remote._daemon.StateFolder, "libvirtd.pid")]);
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _folder.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
