using System.Net;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>A real libvirtd that listens on loopback: TCP without authentication, and TLS with client certificates and SASL.</summary>
internal sealed class RemoteLibvirtd : IAsyncDisposable
{
    public const string User = "somebody";
    public const string Password = "a pass, word=";
    private readonly ConfiguredLibvirtd _daemon;

    private RemoteLibvirtd(ConfiguredLibvirtd daemon) => _daemon = daemon;

    public int TcpPort { get; } = FreePort();

    public int TlsPort { get; } = FreePort();

    /// <param name="authority">Who vouches for the server and its clients.</param>
    /// <param name="mechanisms">The SASL mechanisms that the server offers.</param>
    public static async Task<RemoteLibvirtd> StartAsync(TestAuthority authority, string mechanisms)
    {
        string saslpasswd = Requires.Tool("saslpasswd2");
        var remote = new RemoteLibvirtd(await ConfiguredLibvirtd.PrepareAsync());
        try
        {
            ConfiguredLibvirtd daemon = remote._daemon;
            string passwords = daemon.Path("passwords.db");
            await Command.OutputAsync("/bin/sh", ["-c", $"printf '%s' '{Password}' | {saslpasswd} -p -c -f {passwords} -a libvirt {User}"]);
            await File.WriteAllTextAsync(daemon.Path("libvirt.conf"), $"mech_list: {mechanisms}\nsasldb_path: {passwords}\n");
            string configuration = $"""
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
                """;
            await daemon.RunDaemonAsync(configuration, ["env", $"SASL_CONF_PATH={Path.GetDirectoryName(passwords)}"], "-l");
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
