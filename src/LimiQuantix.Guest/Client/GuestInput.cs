namespace LimiQuantix.Guest.Client;

/// <summary>A program's input, as a stream: a write ends when the guest has taken the bytes or has room for them; disposal is the end of file.</summary>
internal sealed class GuestInput(GuestStream stream) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!await stream.SendAsync(buffer, cancellationToken).ConfigureAwait(false) && !buffer.IsEmpty)
            throw new IOException("The program has ended; its input is read no more.");
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await stream.EndInputAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (GuestException)
        {
            // With the session its input has ended too.
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A guest is written to asynchronously: use WriteAsync.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
