using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Guards;

/// <summary>A storage pool, guarded.</summary>
internal sealed class GuardedStorageBackend(IStorageBackend inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IStorageBackend
{
    public Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(inner.GetStatusAsync, cancellationToken);

    public Task<BaseObservation?> FindBaseAsync(ImageDigest digest, CancellationToken cancellationToken = default) =>
        Guard.FindAsync(token => inner.FindBaseAsync(digest, token), cancellationToken);

    public Task<JobObservation> ImportBaseAsync(BaseImport import, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.ImportBaseAsync(import, token), cancellationToken);

    public Task<VolumeObservation> EnsureVolumeAsync(VolumeDefinition definition, CancellationToken cancellationToken = default) =>
        Guard.CopyAsync(token => inner.EnsureVolumeAsync(definition, token), cancellationToken);

    public Task<DiskAttachment> AttachAsync(Guid volumeId, NodeId node, VolumeAccess access, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.AttachAsync(volumeId, node, access, token), cancellationToken);

    public Task DetachAsync(Guid volumeId, NodeId node, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DetachAsync(volumeId, node, token), cancellationToken);

    public Task DeleteVolumeAsync(Guid volumeId, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteVolumeAsync(volumeId, token), cancellationToken);

    public IAsyncEnumerable<VolumeObservation> ListAsync(CancellationToken cancellationToken = default) =>
        Guard.List(inner.ListAsync, cancellationToken);
}
