using System.Collections.Concurrent;
using System.Net.Sockets;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>
/// A server that speaks libvirt's protocol on a unix socket and fails as it is told to. What a client must ask first
/// (authentication, features, opening) it answers unless a test says otherwise.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<(uint Program, int Procedure), Func<FakeCall, Task>> _handlers = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly List<FakeSession> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private Socket _listener;
    private Task _accepting;

    public FakeServer()
    {
        On(RemoteProcedure.AuthList, call => call.ReplyAsync(w => w.UInt(0)));
        On(RemoteProcedure.ConnectSupportsFeature, call => call.ReplyAsync(w => w.Int(1)));
        On(RemoteProcedure.ConnectOpen, call => call.ReplyAsync());
        On(RemoteProcedure.ConnectGetHostname, call => call.ReplyAsync(w => w.String("fake", 100)));
        (_listener, _accepting) = Listen();
    }

    public string Uri => $"qemu:///system?socket={_folder.Combine("s")}";

    /// <summary>Keepalive messages that came from clients.</summary>
    public ConcurrentQueue<int> KeepAlives { get; } = new();

    /// <summary>How many connections were accepted.</summary>
    public int Accepted => _sessions.Count;

    public void On(RemoteProcedure procedure, Func<FakeCall, Task> handler) => _handlers[(Programs.Remote, (int)procedure)] = handler;

    /// <summary>Answers nothing; the test does so itself.</summary>
    public ConcurrentQueue<FakeCall> Hold(RemoteProcedure procedure)
    {
        var held = new ConcurrentQueue<FakeCall>();
        On(procedure, call =>
        {
            held.Enqueue(call);
            return Task.CompletedTask;
        });
        return held;
    }

    public void On(QemuProcedure procedure, Func<FakeCall, Task> handler) => _handlers[(Programs.Qemu, (int)procedure)] = handler;

    public async Task<LibvirtConnection> ConnectAsync(Action<LibvirtConnectionOptions>? configure = null)
    {
        var options = new LibvirtConnectionOptions { Uri = Uri, KeepAliveInterval = TimeSpan.Zero };
        configure?.Invoke(options);
        return await LibvirtConnection.OpenAsync(options);
    }

    /// <summary>The newest open connection.</summary>
    public FakeSession Session
    {
        get
        {
            lock (_open)
                return _open[^1];
        }
    }

    /// <summary>Ends all connections and, until <see cref="Start"/>, takes none.</summary>
    public async Task StopAsync()
    {
        _listener.Dispose();
        await _accepting;
        File.Delete(_folder.Combine("s"));
        DropAll();
    }

    public void Start() => (_listener, _accepting) = Listen();

    public void DropAll()
    {
        lock (_open)
        {
            _open.ForEach(session => session.Close());
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await StopAsync();
        await Task.WhenAll(_sessions);
        await _folder.DisposeAsync();
        _stop.Dispose();
    }

    internal Task HandleAsync(FakeCall call) => _handlers.TryGetValue((call.Header.Program, call.Header.Procedure), out Func<FakeCall, Task>? handler)
        ? handler(call)
        : call.FailAsync(LibvirtErrorCode.NoSupport, "the fake has no such procedure");

    private (Socket, Task) Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_folder.Combine("s")));
        listener.Listen();
        return (listener, AcceptAsync(listener));
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            var session = new FakeSession(this, socket);
            lock (_open)
                _open.Add(session);
            _sessions.Add(session.RunAsync());
        }
    }
}
