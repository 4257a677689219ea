using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>Keeps what was written, once it is committed.</summary>
internal sealed class FakeVolumeWriter(Action<byte[]> commit, long length, Task gate) : IVolumeWriter
{
    private readonly byte[] _bytes = new byte[length];

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken);
        bytes.Span.CopyTo(_bytes.AsSpan((int)offset));
    }

    public Task CommitAsync(CancellationToken cancellationToken = default)
    {
        commit(_bytes);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
