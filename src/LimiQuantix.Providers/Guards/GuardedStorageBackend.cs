using LimiQuantix.Jobs;
using LimiQuantix.Providers.Features;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Guards;

/// <summary>A storage pool, guarded.</summary>
internal sealed class GuardedStorageBackend(IStorageBackend inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IStorageBackend
{
    public Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.GetStatusAsync(request, token), cancellationToken);

    public Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.FindBaseAsync(request, token), cancellationToken);

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.ImportBaseAsync(request, token), cancellationToken);

    public async Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.CopyAsync(token => inner.EnsureVolumeAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.AttachAsync(request, token), cancellationToken);

    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DetachAsync(request, token), cancellationToken);

    public Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteVolumeAsync(request, token), cancellationToken);

    public IAsyncEnumerable<VolumeObservation> ListAsync(ListVolumesRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListAsync(request, token), cancellationToken);
}
