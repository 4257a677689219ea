using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>A server that lets time pass before each byte, as one that wants to hold its client for ever.</summary>
internal sealed class SlowStream(Stream inner, FakeTimeProvider time, TimeSpan pause) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        time.Advance(pause);
        cancellationToken.ThrowIfCancellationRequested();
        return await inner.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
