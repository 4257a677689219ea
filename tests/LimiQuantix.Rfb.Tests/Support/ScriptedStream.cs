namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>
/// A server that says what it was given, in pieces of a chosen size, whatever the client sends; then it closes, or
/// falls silent.
/// </summary>
internal sealed class ScriptedStream(ReadOnlyMemory<byte> script, int pieceSize = int.MaxValue, bool silentAtEnd = false) : AsyncOnlyStream
{
    private readonly MemoryStream _sent = new();
    private int _position;

    /// <summary>What the client sent.</summary>
    public byte[] Sent => _sent.ToArray();

    public int Unread => script.Length - _position;

    public bool Disposed { get; private set; }

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

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
