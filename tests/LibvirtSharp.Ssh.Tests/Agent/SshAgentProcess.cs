using System.Diagnostics;
using System.Text;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests.Agent;

/// <summary>OpenSSH's ssh-agent, with keys of the test's own that only it holds.</summary>
internal sealed class SshAgentProcess : IAsyncDisposable
{
    private const string Passphrase = "a passphrase";
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private SshAgentProcess() =>
        _process = Process.Start(new ProcessStartInfo(Requires.Tool("ssh-agent"), ["-D", "-a", Path])
        {
            RedirectStandardOutput = true,
            Environment = { ["SSH_ASKPASS"] = "/bin/false" }, // nobody says yes
        })!;

    public string Path => _folder.Combine("agent");

    public static async Task<SshAgentProcess> StartAsync()
    {
        var agent = new SshAgentProcess();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(agent.Path))
            await Task.Delay(20, deadline.Token);
        return agent;
    }

    /// <summary>Gives it a new key, whose file is then gone.</summary>
    /// <param name="type">The key's, as ssh-keygen names it.</param>
    /// <param name="encrypted">Its file had a passphrase.</param>
    /// <param name="more">What ssh-add is told besides.</param>
    /// <returns>The path that it had; the public key is there with <c>.pub</c> behind it.</returns>
    public async Task<string> AddAsync(string type, bool encrypted = false, params string[] more)
    {
        string path = _folder.Combine($"key{Guid.NewGuid():N}");
        await Command.OutputAsync(Requires.Tool("ssh-keygen"), ["-q", "-t", type, "-N", encrypted ? Passphrase : "", "-f", path]);
        string ask = await _folder.WriteAsync("ask", Encoding.UTF8.GetBytes($"#!/bin/sh\necho '{Passphrase}'\n"));
        await Command.OutputAsync("chmod", ["+x", ask]);
        await Command.OutputAsync("env", [$"SSH_AUTH_SOCK={Path}", $"SSH_ASKPASS={ask}", "SSH_ASKPASS_REQUIRE=force", Requires.Tool("ssh-add"), "-q", .. more, path]);
        File.Delete(path);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _folder.DisposeAsync();
    }
}
