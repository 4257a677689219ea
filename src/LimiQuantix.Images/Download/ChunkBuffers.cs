using System.Collections.Concurrent;

namespace LimiQuantix.Images.Download;

/// <summary>The memory of one download: so many chunks and no more.</summary>
internal sealed class ChunkBuffers(int count, int size) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);
    private readonly ConcurrentBag<byte[]> _returned = [];

    public async ValueTask<byte[]> RentAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _returned.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size, pinned: true);
    }

    public void Return(byte[] buffer)
    {
        _returned.Add(buffer);
        _free.Release();
    }

    public void Dispose() => _free.Dispose();
}
