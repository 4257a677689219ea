using System.Buffers;

namespace LimiQuantix.Providers.Guards;

/// <summary>
/// A provider's stream of bytes to read, each read a guarded call. It reads into a buffer of its own: a read that was given up may still
/// write, and the caller's buffer then holds something else. And it is ended only once such a read has returned, or has had the time to: a stream is not made
/// to be ended while it is read, and one of a pooled connection would give that connection back broken.
/// </summary>
internal sealed class GuardedStream(Stream inner, ProviderGuard guard, string member) : Stream
{
    private const int MaxBufferBytes = 256 << 10;
    private byte[]? _buffer;
    private Task _reading = Task.CompletedTask;
    private int _isEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var length = Math.Min(buffer.Length, MaxBufferBytes);
        // Taken while the read runs, and lost when it is given up.
        var own = Interlocked.Exchange(ref _buffer, null);
        if (own is null || own.Length < length)
        {
            if (own is not null) ArrayPool<byte>.Shared.Return(own);
            own = ArrayPool<byte>.Shared.Rent(length);
        }

        var count = await guard.OnceAsync(
            guard.ReadCall($"ReadAsync of {member}"), token => Reading(inner.ReadAsync(own.AsMemory(0, length), token).AsTask()), cancellationToken)
            .ConfigureAwait(false);
        if (count < 0 || count > length) throw ProviderErrors.Wrong(guard.Info, $"ReadAsync of {member}", $"{count} bytes for a buffer of {length}");
        own.AsSpan(0, count).CopyTo(buffer.Span);
        _buffer = own;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0) await EndAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        // Ended without being waited for: this thread must not block on a plugin.
        if (disposing && Interlocked.Exchange(ref _isEnded, 1) == 0) _ = EndAsync().AsTask();
        base.Dispose(disposing);
    }

    private Task<int> Reading(Task<int> read)
    {
        Volatile.Write(ref _reading, read);
        return read;
    }

    private async ValueTask EndAsync()
    {
        await guard.GraceAsync(Volatile.Read(ref _reading)).ConfigureAwait(false);
        await guard.EndAsync(inner, $"DisposeAsync of {member}").ConfigureAwait(false);
    }
}
