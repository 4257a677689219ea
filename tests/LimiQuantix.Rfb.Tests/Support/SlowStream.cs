using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>A server that lets time pass before each byte, as one that wants to hold its client for ever.</summary>
internal sealed class SlowStream(ScriptedStream inner, FakeTimeProvider time, TimeSpan pause) : AsyncOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        time.Advance(pause);
        cancellationToken.ThrowIfCancellationRequested();
        return await inner.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);
}
