using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LibvirtSharp.Transports;

/// <summary>
/// A connected unix socket for calls. The runtime's socket engine wakes a thread of its own and one of the pool for every message that
/// arrives, wanted or not; that costs more than the call. Here two threads take turns: one waits for the socket while, and only while, a
/// read is pending, and brings what came to its reader itself; the other then waits in its place. When the other is still at work
/// with what it brought, the reader goes on on the pool, so that one always waits. One read and one write at a time.
/// </summary>
internal sealed class LocalSocketStream : Stream, IValueTaskSource<int>
{
    private const int Threads = 2;
    private static readonly TimeSpan UntilWritable = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly object _gate = new();
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _target;
    private int _started;
    private int _idle;
    private bool _pending;
    private bool _later;
    private bool _closed;

    /// <param name="socket">Connected; the stream owns it.</param>
    public LocalSocketStream(Socket socket)
    {
        _socket = socket;
        socket.Blocking = false;
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

    /// <summary>Ends with the stream, not with the token: there is one reader, which lives as long as the stream.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return TryReceive(buffer, out int count) ? new ValueTask<int>(count) : Wait(buffer, later: false);
    }

    /// <summary>As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, but gives what comes within a millisecond time to gather.</summary>
    /// <remarks>A socket holds about two milliseconds' worth of a daemon's short replies; after that the daemon would wait for us.</remarks>
    public ValueTask<int> ReadLaterAsync(Memory<byte> buffer) => Wait(buffer, later: true);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int sent = _socket.Send(buffer.Span, SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
                throw new SocketException((int)error);
            buffer = error == SocketError.Success ? buffer[sent..] : buffer;
            if (buffer.IsEmpty)
                return;
            // The daemon is behind with far more than a call: it is not worth a thread to learn at once when there is room.
            await Task.Delay(UntilWritable, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            Monitor.PulseAll(_gate);
        }
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
        base.Dispose(disposing);
    }

    private ValueTask<int> Wait(Memory<byte> buffer, bool later)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _read.Reset();
            _target = buffer;
            _pending = true;
            _later = later;
            while (_started < Threads)
                Start();
            Monitor.Pulse(_gate);
        }
        return new ValueTask<int>(this, _read.Version);
    }

    private void Start()
    {
        _started++;
        _idle++;
        new Thread(static stream => ((LocalSocketStream)stream!).Run(), 256 * 1024) { IsBackground = true, Name = "libvirt" }.UnsafeStart(this);
    }

    private void Run()
    {
        while (TakePending())
        {
            int count = 0;
            Exception? failure = null;
            try
            {
                // The runtime's timers are as coarse as the system's tick, four of these and more.
                if (_later)
                    Thread.Sleep(Gathering);
                while (!TryReceive(_target, out count))
                    _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                failure = error;
            }
            lock (_gate)
                _read.RunContinuationsAsynchronously = _idle == 0;
            if (failure is null)
                _read.SetResult(count);
            else
                _read.SetException(failure);
            lock (_gate)
                _idle++;
        }
    }

    /// <summary>Waits for a read to be pending; false when there will be none.</summary>
    private bool TakePending()
    {
        lock (_gate)
        {
            while (!_pending)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }
            _pending = false;
            _idle--;
            return true;
        }
    }

    private bool TryReceive(Memory<byte> buffer, out int count)
    {
        count = _socket.Receive(buffer.Span, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new SocketException((int)error),
        };
    }
}
