using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>Counts what is received, to tell a compressed answer from a raw one.</summary>
internal sealed class CountingStream(Stream inner) : AsyncOnlyStream
{
    public long Received { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Received += count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
