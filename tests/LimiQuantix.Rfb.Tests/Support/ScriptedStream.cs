namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>
/// A server that says what it was given, in pieces of a chosen size, whatever the client sends; then it closes, or
/// falls silent.
/// </summary>
internal sealed class ScriptedStream(ReadOnlyMemory<byte> script, int pieceSize = int.MaxValue, bool silentAtEnd = false) : Stream
{
    private readonly MemoryStream _sent = new();
    private int _position;

    /// <summary>What the client sent.</summary>
    public byte[] Sent => _sent.ToArray();

    public int Unread => script.Length - _position;

    public bool Disposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(Math.Min(pieceSize, buffer.Length), Unread);
        if (count == 0 && silentAtEnd)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        script.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _sent.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException("The client must not block.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The client must not block.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The client must not block.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
