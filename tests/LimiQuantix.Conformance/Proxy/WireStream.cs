using System.Buffers;
using System.IO.Pipelines;
using LimiQuantix.Conformance.Wire;

namespace LimiQuantix.Conformance.Proxy;

/// <summary>A stream whose other end is in the other process: chunks of at most 32 KiB, as fast as the reader takes them.</summary>
internal sealed class WireStream(WireSide side, byte channel, Func<WireStream, ValueTask> disposed) : Stream
{
    private const int ChunkBytes = 32 << 10;
    private readonly Pipe _incoming = new();
    private bool _ended;
    private int _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes a frame of this stream's channel.</summary>
    public async ValueTask TakeAsync(WireFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Kind)
        {
            case WireFrameKind.Bytes:
                await _incoming.Writer.WriteAsync(frame.Payload, cancellationToken).ConfigureAwait(false);
                break;
            case WireFrameKind.End:
                await _incoming.Writer.CompleteAsync().ConfigureAwait(false);
                break;
            case WireFrameKind.Error:
                await _incoming.Writer.CompleteAsync(new LimiQuantixException(ContractJson.FromBytes<LimiQuantixError>(frame.Payload.Span))).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Says that nothing will come any more though no end did.</summary>
    public void Break(Exception reason) => _incoming.Writer.Complete(reason);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var result = await _incoming.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var count = (int)Math.Min(result.Buffer.Length, buffer.Length);
        var piece = result.Buffer.Slice(0, count);
        piece.CopyTo(buffer.Span);
        _incoming.Reader.AdvanceTo(piece.End);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        while (!buffer.IsEmpty)
        {
            var chunk = buffer[..Math.Min(buffer.Length, ChunkBytes)];
            await side.SendAsync(WireFrameKind.Bytes, chunk, channel, cancellationToken).ConfigureAwait(false);
            buffer = buffer[chunk.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Tells the other end that this one will write no more.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken = default)
    {
        if (_ended) return;
        _ended = true;
        try
        {
            await side.SendAsync(WireFrameKind.End, default, channel, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            // The other end knows: the call is over.
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) await disposed(this).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // A stream is disposed without waiting too; then the other side is told in the background.
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0) _ = disposed(this).AsTask();
        base.Dispose(disposing);
    }
}
