using System.Net.Sockets;
using LimiQuantix.Testing;

namespace Ovsdb.Tests.Support;

/// <summary>Stands between a client and a server's unix socket, and cuts, delays or splits what the server sends.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private int _connections;

    public Relay(string target)
    {
        _target = target;
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.Combine("r")));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Endpoint => $"unix:{_folder.Combine("r")}";

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Bytes from the server after which the first connection is cut; -1 for never.</summary>
    public int CutFirstAfter { get; set; } = -1;

    /// <summary>Bytes from the client after which the first connection is cut; -1 for never.</summary>
    public int CutFirstSentAfter { get; set; } = -1;

    /// <summary>The greatest piece that is passed on at once.</summary>
    public int PieceBytes { get; set; } = 64 * 1024;

    /// <summary>A pause between pieces.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>New connections are refused while set.</summary>
    public bool IsShut { get; set; }

    /// <summary>How much came from the server on the last connection.</summary>
    public int Passed { get; private set; }

    /// <summary>Ends all connections there are.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (Socket socket in _open)
                socket.Dispose();
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        await _folder.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        List<Task> pumps = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_stopping.Token);
                if (IsShut)
                {
                    client.Dispose();
                    continue;
                }

                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_target), _stopping.Token);
                bool first = Interlocked.Increment(ref _connections) == 1;
                lock (_open)
                    _open.AddRange([client, server]);
                Passed = 0;
                pumps.Add(PumpAsync(server, client, first ? CutFirstAfter : -1, slow: true));
                pumps.Add(PumpAsync(client, server, first ? CutFirstSentAfter : -1, slow: false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Cut();
        }

        await Task.WhenAll(pumps);
    }

    private async Task PumpAsync(Socket from, Socket to, int cutAfter, bool slow)
    {
        var buffer = new byte[64 * 1024];
        int passed = 0;
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, _stopping.Token);
                if (read == 0)
                    break;
                for (int at = 0; at < read;)
                {
                    int piece = slow ? Math.Min(PieceBytes, read - at) : read - at;
                    if (cutAfter >= 0)
                        piece = Math.Min(piece, cutAfter - passed);
                    if (piece > 0)
                        await to.SendAsync(buffer.AsMemory(at, piece), _stopping.Token);
                    at += piece;
                    passed += piece;
                    if (slow)
                        Passed = passed;
                    if (passed == cutAfter)
                        return;
                    if (slow && Delay > TimeSpan.Zero)
                        await Task.Delay(Delay, _stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone; so is the other.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
