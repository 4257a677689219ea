using System.Buffers.Binary;
using LibvirtSharp.Rpc;

namespace LibvirtSharp;

/// <summary>
/// A libvirt stream: a console, a channel, a screenshot, an upload or a download. It has a connection of its own, so that what it
/// holds back holds up no call. One reader and one writer at a time; asynchronous only. Reading returns 0 at the end of what the
/// server sends; <see cref="FinishAsync"/> tells and learns that all arrived; disposing without it aborts.
/// Every member throws <see cref="LibvirtException"/> when the server or the connection fails the stream.
/// </summary>
public sealed class LibvirtStream : Stream, IStreamSink
{
    private const string Disposed = "The stream was disposed.";

    private readonly RpcChannel _channel;
    private readonly uint _program;
    private readonly int _procedure;
    private readonly FileAccess _access;
    private readonly StreamBuffer _received;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LibvirtException? _failure;
    private uint _serial;
    private bool _noHoles;
    private bool _finishSent;
    private bool _aborted;
    private int _disposed;

    internal LibvirtStream(RpcChannel channel, uint program, int procedure, FileAccess access = FileAccess.ReadWrite)
    {
        _access = access;
        _channel = channel;
        _program = program;
        _procedure = procedure;
        _received = new StreamBuffer(channel.StreamBufferBytes, channel.Continuations);
        // A failure is also seen by readers and writers; nobody has to wait for the end.
        _ = _finished.Task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>False for an upload.</summary>
    public override bool CanRead => _access.HasFlag(FileAccess.Read);

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>False for a download and a screenshot.</summary>
    public override bool CanWrite => _access.HasFlag(FileAccess.Write);

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads what has arrived; the holes of a sparse stream read as zeros.</summary>
    /// <exception cref="NotSupportedException">It is an upload: nothing would ever come.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RefuseReading();
        (int count, long hole) = await _received.ReadAsync(buffer, buffer.Length, cancellationToken).ConfigureAwait(false);
        buffer.Span[..(int)hole].Clear();
        return count + (int)hole;
    }

    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        RefuseReading();
        // Bytes go on from where they were received.
        while (await TakeAsync(cancellationToken).ConfigureAwait(false) is { IsEnd: false } piece)
        {
            try
            {
                if (piece.Array is not null)
                    await destination.WritePieceAsync(piece.Data, cancellationToken).ConfigureAwait(false);
                else
                    await destination.WriteZerosAsync(piece.Hole, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                piece.Return();
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Reads data or a hole of a sparse stream, whichever is next. Both are zero at the end.</summary>
    /// <exception cref="NotSupportedException">It is an upload: nothing would ever come.</exception>
    public async ValueTask<SparseRead> ReadSparseAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RefuseReading();
        (int count, long hole) = await _received.ReadAsync(buffer, long.MaxValue, cancellationToken).ConfigureAwait(false);
        return new SparseRead(count, hole);
    }

    /// <summary>Sends data; waits while too much is unsent. A cancelled write leaves no half message: the stream can still be aborted.</summary>
    /// <exception cref="NotSupportedException">It is a download or a screenshot.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The server would take it, and lose it.
        if (!CanWrite)
            throw new NotSupportedException("A download or a screenshot is only read.");
        for (ReadOnlyMemory<byte> rest = buffer; !rest.IsEmpty;)
        {
            int count = Math.Min(rest.Length, MessageHeader.StreamPayload);
            await SendAsync(MessageType.Stream, MessageStatus.Continue, rest[..count], cancellationToken).ConfigureAwait(false);
            rest = rest[count..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Sends a hole of <paramref name="length"/> bytes. Only for a sparse upload; what it means there: <see cref="StorageVolume.OpenUploadAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The stream was not opened as a sparse one, or is finished.</exception>
    public async Task WriteHoleAsync(long length, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_noHoles || !CanWrite)
            throw new InvalidOperationException($"Holes need {nameof(StorageVolUploadFlags)}.{nameof(StorageVolUploadFlags.SparseStream)}: without it the server ends the connection.");
        byte[] payload = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(payload, length);
        await SendAsync(MessageType.StreamHole, MessageStatus.Continue, payload, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the stream well: after it, what was written has arrived. What was sent is to be read before; of what is not, only as much as
    /// <see cref="LibvirtConnectionOptions.StreamBufferBytes"/> is kept, and who reads on learns that the rest is lost.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream was aborted.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        if (_aborted)
            throw new InvalidOperationException("The stream was aborted.");
        if (!_finishSent)
        {
            await SendAsync(MessageType.Stream, MessageStatus.Ok, default, cancellationToken).ConfigureAwait(false);
            _finishSent = true;
        }
        _received.Overflow();
        await _finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the stream at once; the server discards what it can, and whoever reads gets an error.</summary>
    public async Task AbortAsync(CancellationToken cancellationToken = default)
    {
        if (_finished.Task.IsCompleted || _finishSent)
            return;
        await SendAsync(MessageType.Stream, MessageStatus.Error, default, cancellationToken).ConfigureAwait(false);
        _finishSent = _aborted = true;
        _received.Close(Ended("The stream was aborted."));
    }

    /// <summary>Does nothing: what is written is sent at once.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is sent at once.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported: a libvirt stream is asynchronous.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");

    /// <summary>Not supported: a libvirt stream is asynchronous.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Aborts the stream unless it was finished, and closes its connection. A read that waits fails: it met no end.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            LibvirtException reason = Ended(Disposed);
            _received.Close(reason);
            // Of one that is not finished the server is not asked anything: it may wait for us.
            if (!_finished.Task.IsCompletedSuccessfully)
                _channel.End(reason);
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            LibvirtException reason = Ended(Disposed);
            _received.Close(reason);
            _channel.End(reason);
        }
        base.Dispose(disposing);
    }

    /// <summary>The next piece, which becomes the caller's to return; it is empty at the end.</summary>
    internal ValueTask<StreamPiece> TakeAsync(CancellationToken cancellationToken) => _received.TakeAsync(cancellationToken);

    internal void Opened(uint serial) => _serial = serial;

    /// <summary>It was opened without holes.</summary>
    internal LibvirtStream WithoutHoles()
    {
        _noHoles = true;
        return this;
    }

    ValueTask IStreamSink.ReceiveAsync(StreamPiece piece)
    {
        if (!piece.IsEnd)
            return _received.Add(piece);
        piece.Return();
        _received.End(null);
        return default;
    }

    void IStreamSink.Finished()
    {
        _received.End(null);
        _finished.TrySetResult();
    }

    void IStreamSink.Failed(LibvirtException error)
    {
        _failure = error;
        _received.End(error);
        _finished.TrySetException(error);
    }

    private void RefuseReading()
    {
        if (!CanRead)
            throw new NotSupportedException("An upload is only written.");
    }

    private static LibvirtException Ended(string how) => new(LibvirtErrorCode.OperationAborted, LibvirtErrorDomain.Rpc, how);

    private Task SendAsync(MessageType type, MessageStatus status, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_failure is { } failure)
            return Task.FromException(failure);
        if (_finishSent)
            throw new InvalidOperationException(_aborted ? "The stream was aborted." : "The stream is finished.");
        var header = new MessageHeader(_program, Programs.Version, _procedure, type, _serial, status);
        return _channel.SendStreamAsync(header, payload, cancellationToken);
    }
}
