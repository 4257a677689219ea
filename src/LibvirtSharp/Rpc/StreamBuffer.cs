using System.Buffers;

namespace LibvirtSharp.Rpc;

/// <summary>What a stream has received and nobody has read yet: pieces of data and holes, in order, bounded in bytes. One reader.</summary>
internal sealed class StreamBuffer(int capacity)
{
    /// <summary>Holes take no bytes; their number is bounded too.</summary>
    private const int MostPieces = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[]? Data, int Length, long Hole)> _pieces = new();
    private int _offset;
    private long _holeTaken;
    private int _bytes;
    private bool _ended;
    private LibvirtException? _error;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _room;

    /// <returns>A task to wait for before more is added.</returns>
    public ValueTask Add(ReadOnlySpan<byte> data)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(copy);
        return Add((copy, data.Length, 0));
    }

    public ValueTask AddHole(long length) => Add((null, 0, length));

    /// <summary>No more comes. After what is here the reader gets <paramref name="error"/>, or the end.</summary>
    public void End(LibvirtException? error)
    {
        lock (_gate)
        {
            _ended = true;
            _error ??= error;
            Wake(ref _readable);
        }
    }

    /// <summary>Drops what is unread and lets the sender go on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            while (_pieces.TryDequeue(out (byte[]? Data, int Length, long Hole) piece))
                if (piece.Data is not null)
                    ArrayPool<byte>.Shared.Return(piece.Data);
            _bytes = _offset = 0;
            _holeTaken = 0;
            _ended = true;
            Wake(ref _readable);
            Wake(ref _room);
        }
    }

    /// <summary>Fills <paramref name="buffer"/> with data, or takes a hole (at most <paramref name="longestHole"/> of it); both are zero at the end.</summary>
    public async ValueTask<(int Count, long Hole)> ReadAsync(Memory<byte> buffer, long longestHole, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
            return default;
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_pieces.Count > 0)
                    return Take(buffer.Span, longestHole);
                if (_error is not null)
                    throw new LibvirtException(_error.Code, _error.Domain, _error.Message, _error)
                    {
                        Procedure = _error.Procedure,
                        Level = _error.Level,
                        IsTransient = _error.IsTransient,
                        IsConnectionLost = _error.IsConnectionLost,
                    };
                if (_ended)
                    return default;
                _readable ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _readable.Task;
            }
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private (int Count, long Hole) Take(Span<byte> buffer, long longestHole)
    {
        if (_pieces.Peek().Data is null)
        {
            long hole = Math.Min(_pieces.Peek().Hole - _holeTaken, longestHole);
            _holeTaken += hole;
            if (_holeTaken == _pieces.Peek().Hole)
            {
                _pieces.Dequeue();
                _holeTaken = 0;
                WakeForRoom();
            }
            return (0, hole);
        }
        int count = 0;
        while (count < buffer.Length && _pieces.TryPeek(out (byte[]? Data, int Length, long Hole) piece) && piece.Data is not null)
        {
            int part = Math.Min(buffer.Length - count, piece.Length - _offset);
            piece.Data.AsSpan(_offset, part).CopyTo(buffer[count..]);
            count += part;
            _offset += part;
            if (_offset < piece.Length)
                break;
            ArrayPool<byte>.Shared.Return(piece.Data);
            _pieces.Dequeue();
            _offset = 0;
        }
        _bytes -= count;
        WakeForRoom();
        return (count, 0);
    }

    private ValueTask Add((byte[]? Data, int Length, long Hole) piece)
    {
        lock (_gate)
        {
            if (_ended)
                return default;
            _pieces.Enqueue(piece);
            _bytes += piece.Length;
            Wake(ref _readable);
            if (HasRoom)
                return default;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    private bool HasRoom => _bytes < capacity && _pieces.Count < MostPieces;

    private void WakeForRoom()
    {
        if (HasRoom)
            Wake(ref _room);
    }

    private static void Wake(ref TaskCompletionSource? waiting)
    {
        waiting?.TrySetResult();
        waiting = null;
    }
}
