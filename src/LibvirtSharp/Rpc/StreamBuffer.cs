namespace LibvirtSharp.Rpc;

/// <summary>What a stream has received and nobody has read yet: pieces of data and holes, in order, bounded in bytes. One reader.</summary>
internal sealed class StreamBuffer(int capacity, Continuations continuations) : IContinuation
{
    /// <summary>Holes take no bytes; their number is bounded too.</summary>
    private const int MostPieces = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<StreamPiece> _pieces = new();
    private StreamPiece _rest;
    private int _bytes;
    private bool _ended;
    private bool _closed;
    private bool _overflows;
    private LibvirtException? _error;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _room;

    /// <summary>Called on the receiving loop.</summary>
    /// <returns>A task to wait for before more is added.</returns>
    public ValueTask Add(StreamPiece piece)
    {
        lock (_gate)
        {
            if (_overflows && IsFull)
            {
                _error ??= new LibvirtException(
                    LibvirtErrorCode.OperationAborted, LibvirtErrorDomain.Rpc, "The stream was finished before it was read; what found no room is lost.");
            }
            if (_ended || (_overflows && _error is not null))
            {
                piece.Return();
                return default;
            }
            _pieces.Enqueue(piece);
            _bytes += piece.Length;
            if (_readable is not null)
                continuations.Add(this);
            if (HasRoom)
                return default;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>No more comes. After what is here the reader gets <paramref name="error"/>, or the end.</summary>
    public void End(LibvirtException? error)
    {
        lock (_gate)
        {
            _ended = true;
            _error ??= error;
        }
        Continue(inline: false);
    }

    /// <summary>The end is waited for and must not wait for a reader: what finds no room from now on is dropped, and the reader is told.</summary>
    public void Overflow()
    {
        lock (_gate)
        {
            _overflows = true;
            MakeRoom();
        }
    }

    /// <summary>Drops what is unread and lets the sender go on. Whoever reads gets <paramref name="reason"/>: it is no end.</summary>
    public void Close(LibvirtException reason)
    {
        lock (_gate)
        {
            _ended = _closed = true;
            _error ??= reason;
            while (_pieces.TryDequeue(out StreamPiece piece))
                piece.Return();
            _bytes = 0;
            MakeRoom();
        }
        Continue(inline: false);
    }

    /// <summary>Lets the reader look again.</summary>
    public void Continue(bool inline)
    {
        TaskCompletionSource? readable;
        lock (_gate)
        {
            readable = _readable;
            _readable = null;
        }
        if (inline)
            readable?.TrySetResult();
        else if (readable is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.TrySetResult(), readable, preferLocal: false);
    }

    /// <summary>The next piece, which becomes the reader's; it is empty at the end.</summary>
    public async ValueTask<StreamPiece> TakeAsync(CancellationToken cancellationToken)
    {
        StreamPiece rest = _rest;
        _rest = default;
        if (!rest.IsEnd)
            return rest;
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                if (_pieces.TryDequeue(out StreamPiece piece))
                {
                    _bytes -= piece.Length;
                    MakeRoom();
                    return piece;
                }
                if (_error is { } error)
                    throw error.Again();
                if (_ended)
                    return default;
                // The reader goes on where it is woken: on the receiving loop's thread, or on the pool's.
                _readable ??= new TaskCompletionSource();
                wait = _readable.Task;
            }
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fills <paramref name="buffer"/> with data, or takes a hole (at most <paramref name="longestHole"/> of it); both are zero at the end.</summary>
    public async ValueTask<(int Count, long Hole)> ReadAsync(Memory<byte> buffer, long longestHole, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
            return default;
        int filled = 0;
        while (filled < buffer.Length && (filled == 0 || HasData()))
        {
            StreamPiece piece = await TakeAsync(cancellationToken).ConfigureAwait(false);
            if (piece.Array is null)
            {
                long hole = Math.Min(piece.Hole, longestHole);
                _rest = piece with { Hole = piece.Hole - hole };
                return (0, hole);
            }
            int count = Math.Min(piece.Length, buffer.Length - filled);
            piece.Data.Span[..count].CopyTo(buffer.Span[filled..]);
            filled += count;
            if (count < piece.Length)
                _rest = piece with { Offset = piece.Offset + count, Length = piece.Length - count };
            else
                piece.Return();
        }
        return (filled, 0);
    }

    private bool HasData()
    {
        if (_rest.Array is not null)
            return true;
        lock (_gate)
            return _pieces.TryPeek(out StreamPiece next) && next.Array is not null;
    }

    private bool IsFull => _bytes >= capacity || _pieces.Count >= MostPieces;

    private bool HasRoom => _closed || _overflows || !IsFull;

    private void MakeRoom()
    {
        if (!HasRoom)
            return;
        _room?.TrySetResult();
        _room = null;
    }
}
