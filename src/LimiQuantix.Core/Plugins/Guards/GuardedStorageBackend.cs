using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Plugins.Guards;

/// <summary>A storage pool, guarded.</summary>
internal sealed class GuardedStorageBackend(IStorageBackend inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IStorageBackend
{
    public Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(inner.GetStatusAsync, cancellationToken);

    public async Task<IVolumeWriter?> BeginBaseAsync(BaseDefinition definition, CancellationToken cancellationToken = default) =>
        await Guard.MutateOrNullAsync(token => inner.BeginBaseAsync(definition, token), cancellationToken).ConfigureAwait(false) is { } writer
            ? new GuardedVolumeWriter(writer, Guard)
            : null;

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

/// <summary>A writer of a volume, guarded.</summary>
internal sealed class GuardedVolumeWriter(IVolumeWriter inner, ProviderGuard guard) : IVolumeWriter
{
    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        await guard.MutateAsync(token => inner.WriteAsync(offset, bytes, token).AsTask(), cancellationToken).ConfigureAwait(false);

    public Task CommitAsync(CancellationToken cancellationToken = default) => guard.MutateAsync(inner.CommitAsync, cancellationToken);

    public ValueTask DisposeAsync() => guard.EndAsync(inner, $"DisposeAsync of {nameof(IStorageBackend.BeginBaseAsync)}");
}
