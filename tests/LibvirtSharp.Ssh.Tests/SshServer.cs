using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

/// <summary>A real sshd of the test's own on loopback, with keys of its own.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private SshServer(TemporaryFolder folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string KeyPath => _folder.Combine("client");

    public string KnownHostsPath => _folder.Combine("known_hosts");

    public static async Task<SshServer> StartAsync()
    {
        Requires.Root();
        string sshd = Requires.Tool("sshd");
        string keygen = Requires.Tool("ssh-keygen");
        Requires.Tool("nc");
        var folder = new TemporaryFolder();
        int port = FreePort();
        foreach (string name in (string[])["host", "client"])
            await Command.OutputAsync(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", folder.Combine(name)]);
        File.Copy(folder.Combine("client.pub"), folder.Combine("authorized"));
        string hostKey = await File.ReadAllTextAsync(folder.Combine("host.pub"));
        await File.WriteAllTextAsync(folder.Combine("known_hosts"), $"[127.0.0.1]:{port} {hostKey}");
        await File.WriteAllTextAsync(folder.Combine("config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder.Combine("host")}
            AuthorizedKeysFile {folder.Combine("authorized")}
            PidFile {folder.Combine("pid")}
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            """);
        Directory.CreateDirectory("/run/sshd"); // where sshd drops its privileges
        Process process = Process.Start(new ProcessStartInfo(sshd, ["-D", "-e", "-f", folder.Combine("config")]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        await WaitAsync(port);
        return new SshServer(folder, process, port);
    }

    /// <summary>Changes every connection's known key to another.</summary>
    public async Task ForgetHostAsync(string line = "") => await File.WriteAllTextAsync(KnownHostsPath, line);

    public async Task HashKnownHostsAsync() => await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-H", "-f", KnownHostsPath]);

    public async Task<string> OtherKeyAsync() => $"[127.0.0.1]:{Port} {await File.ReadAllTextAsync(_folder.Combine("client.pub"))}";

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _folder.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitAsync(int port)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }
}
