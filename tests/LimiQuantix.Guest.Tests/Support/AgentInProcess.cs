using System.Net.Sockets;
using LimiQuantix.Guest.Agent;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Support;

/// <summary>The agent's own code on a thread of this process, its port a unix socket. Nothing needs to be installed for it.</summary>
internal sealed class AgentInProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener;
    private readonly AgentServer _server;
    private readonly Thread _thread;

    public AgentInProcess(string policy = "", string? self = null)
    {
        string path = _folder.Combine("port");
        File.WriteAllText(_folder.Combine("policy"), policy);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        AgentOptions options = new()
        {
            Port = path, Policy = _folder.Combine("policy"), State = _folder.Combine("state"), Hooks = _folder.Combine("hooks"), UseScopes = false,
        };
        _server = new AgentServer(self is null ? options : options with { Self = self });
        _thread = new Thread(_server.Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>A folder for the test's files.</summary>
    public string Folder => _folder.Path;

    public string State => _folder.Combine("state");

    /// <summary>Writes the policy file, which counts from the next session on.</summary>
    public void SetPolicy(string text) => File.WriteAllText(_folder.Combine("policy"), text);

    /// <summary>The host's end of the port, after the agent has connected.</summary>
    public async Task<Socket> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _listener.AcceptAsync(patience.Token);
    }

    public async Task<GuestSession> ConnectAsync(GuestSessionOptions? options = null) =>
        await GuestSession.ConnectAsync(new NetworkStream(await AcceptAsync(), ownsSocket: true), options);

    public async ValueTask DisposeAsync()
    {
        _server.Stop();
        _thread.Join(TimeSpan.FromSeconds(10));
        _server.Dispose();
        _listener.Dispose();
        await _folder.DisposeAsync();
    }
}
