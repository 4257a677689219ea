using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

/// <summary>A real sshd of the test's own on loopback, with keys of its own.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
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

    /// <param name="daemon">Whose mount namespace the server is in: there the daemon's sockets are where libvirt's programs look.</param>
    /// <param name="password">Lets in whoever gives it, through PAM as it is set up in a mount namespace of the server's own.</param>
    public static async Task<SshServer> StartAsync(PrivateLibvirtd? daemon = null, string? password = null)
    {
        Requires.Root();
        string sshd = Requires.Tool("sshd");
        string keygen = Requires.Tool("ssh-keygen");
        Requires.Tool("nc");
        string[] command = daemon is null ? [] : [Requires.Tool("nsenter"), $"--mount=/proc/{daemon.ProcessId}/ns/mnt", "--"];
        var folder = new TemporaryFolder();
        foreach (string name in (string[])["host", "client"])
            await Command.OutputAsync(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", folder.Combine(name)]);
        await Command.OutputAsync(keygen, ["-q", "-t", "ecdsa", "-N", "", "-f", folder.Combine("host-ecdsa")]);
        File.Copy(folder.Combine("client.pub"), folder.Combine("authorized"));
        if (password is not null)
            command = await WithPasswordAsync(folder, password);
        Directory.CreateDirectory("/run/sshd"); // where sshd drops its privileges
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            // A home of its own: what root's shell does at the start of every command is not the test's.
            await File.WriteAllTextAsync(folder.Combine("config"), $"""
                Port {port}
                ListenAddress 127.0.0.1
                HostKey {folder.Combine("host")}
                HostKey {folder.Combine("host-ecdsa")}
                AuthorizedKeysFile {folder.Combine("authorized")}
                PidFile {folder.Combine("pid")}
                SetEnv HOME={folder.Path}
                StrictModes no
                UsePAM {(password is null ? "no" : "yes")}
                KbdInteractiveAuthentication yes
                PermitRootLogin yes
                """);
            string[] line = [.. command, sshd, "-D", "-e", "-f", folder.Combine("config")];
            Process process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardError = true })!;
            if (await ListensAsync(process))
            {
                string hostKey = await File.ReadAllTextAsync(folder.Combine("host.pub"));
                await File.WriteAllTextAsync(folder.Combine("known_hosts"), $"[127.0.0.1]:{port} {hostKey}");
                return new SshServer(folder, process, port);
            }
            process.Dispose();
            if (attempt == 5)
                Assert.Fail("sshd did not listen on any of five ports.");
        }
    }

    /// <summary>Logs in and gives what the proxy, which is echo, says.</summary>
    public async Task<string> LogInAsync(SshTransportOptions options, string parameters)
    {
        options.KnownHostsPath ??= KnownHostsPath;
        var uri = LibvirtUri.Parse($"qemu+libssh://root@127.0.0.1:{Port}/system?netcat=/bin/echo&socket=/s&{parameters}");
        await using Stream stream = await new SshTransport(options).ConnectAsync(uri, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Lets the owner of a key in.</summary>
    public async Task AuthorizeAsync(string key) => await File.AppendAllTextAsync(_folder.Combine("authorized"), await File.ReadAllTextAsync(key + ".pub"));

    /// <summary>Changes every connection's known key to another.</summary>
    public async Task ForgetHostAsync(string line = "") => await File.WriteAllTextAsync(KnownHostsPath, line);

    public async Task HashKnownHostsAsync() => await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-H", "-f", KnownHostsPath]);

    public Task<string> OtherKeyAsync() => KeyLineAsync("client");

    /// <summary>The line of known_hosts for a key: "host", "host-ecdsa", or another host's.</summary>
    public async Task<string> KeyLineAsync(string key) => $"[127.0.0.1]:{Port} {await File.ReadAllTextAsync(_folder.Combine(key + ".pub"))}";

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _folder.DisposeAsync();
    }

    /// <returns>The command before sshd's.</returns>
    private static async Task<string[]> WithPasswordAsync(TemporaryFolder folder, string password)
    {
        string unshare = Requires.Tool("unshare");
        string check = await folder.WriteAsync("check", Encoding.UTF8.GetBytes($"#!/bin/sh\n[ \"$(tr -d '\\0')\" = '{password}' ]\n"));
        await Command.OutputAsync("chmod", ["+x", check]);
        Directory.CreateDirectory(folder.Combine("pam.d"));
        await File.WriteAllTextAsync(folder.Combine("pam.d/sshd"), $"""
            auth required pam_exec.so expose_authtok quiet {check}
            auth required pam_permit.so
            account required pam_permit.so
            session required pam_permit.so

            """);
        return [unshare, "--mount", "sh", "-c", """mount --bind "$0" /etc/pam.d && exec "$@" """, folder.Combine("pam.d")];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <returns>False when sshd ended instead, as it does when somebody else has taken the port.</returns>
    private static async Task<bool> ListensAsync(Process process)
    {
        var listens = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null || line.Data.StartsWith("Server listening", StringComparison.Ordinal))
                listens.TrySetResult(line.Data is not null);
        };
        process.BeginErrorReadLine();
        return await listens.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
