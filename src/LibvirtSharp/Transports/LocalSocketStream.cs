using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>
/// A connected unix socket. The runtime's socket engine wakes a thread of its own and one of the pool for every message that arrives,
/// wanted or not; for a daemon's short replies that costs more than the call. Here the stream has threads of its own, which wait for the
/// socket while, and only while, a read or a write is pending (<see cref="SocketThreads"/>). One read and one write at a time.
/// </summary>
internal sealed class LocalSocketStream : Stream
{
    private readonly Socket _socket;
    private readonly SocketRead _read;
    private readonly SocketWrite _write;
    private readonly SocketThreads _threads;
    private int _disposed;

    /// <param name="socket">Connected; the stream owns it.</param>
    public LocalSocketStream(Socket socket)
    {
        _socket = socket;
        socket.Blocking = false;
        _read = new SocketRead(socket);
        _write = new SocketWrite(socket);
        _threads = new SocketThreads(_read, _write);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Ends with the stream, not with the token: there is one reader, which lives as long as the stream. It calls <see cref="Cover"/>
    /// before it lets others run on the thread that it was called back on.
    /// </summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _read.TryStart(buffer, out int count) ? new ValueTask<int>(count) : Wait(_read, mine: true);

    /// <summary>As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, but never done at once: the caller has something to do first.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="gather">Whether what comes within a millisecond is given time to gather.</param>
    public ValueTask<int> ReadLaterAsync(Memory<byte> buffer, bool gather)
    {
        _read.StartLater(buffer, gather);
        return Wait(_read, mine: true);
    }

    /// <summary>Has another thread wait for the pending read, as what runs next on this one might not return.</summary>
    public void Cover() => _threads.Cover();

    /// <summary>As <see cref="Cover"/>, but only once this thread has not returned for a while: for what is done often and rarely blocks.</summary>
    /// <param name="heldUp">What the other thread does then, besides; it does not block.</param>
    /// <returns>False when it does not run on one of the stream's threads: whoever waits for the read does, and nobody looks after this one.</returns>
    public bool CoverIfHeldUp(Action? heldUp = null) => _threads.CoverIfHeldUp(heldUp);

    /// <summary>Ends when all is sent or the stream is disposed, not with the token: half a message would be worse than a late one.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_write.TryStart(buffer))
            await Wait(_write, mine: false).ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            // Whoever waits for the socket sees its end.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The daemon closed it before.
        }
        _socket.Dispose();
        _read.End();
        _threads.Close();
        base.Dispose(disposing);
    }

    private ValueTask<int> Wait(SocketOperation operation, bool mine)
    {
        ValueTask<int> waiting = operation.Begin();
        _threads.Add(operation, mine);
        return waiting;
    }
}
