using LimiQuantix.Jobs;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Guards;

/// <summary>Snapshots of volumes, guarded.</summary>
internal sealed class GuardedSnapshots(ISupportsSnapshots inner, ProviderGuard guard) : ISupportsSnapshots
{
    public Task<SnapshotObservation> EnsureSnapshotAsync(EnsureSnapshotRequest request, CancellationToken cancellationToken = default) =>
        guard.CopyAsync(token => inner.EnsureSnapshotAsync(request, token), cancellationToken);

    public Task<DeleteSnapshotResult> DeleteSnapshotAsync(DeleteSnapshotRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.DeleteSnapshotAsync(request, token), cancellationToken);

    public Task<RevertVolumeResult> RevertVolumeAsync(RevertVolumeRequest request, CancellationToken cancellationToken = default) =>
        guard.CopyAsync(token => inner.RevertVolumeAsync(request, token), cancellationToken);

    public IAsyncEnumerable<SnapshotObservation> ListSnapshotsAsync(ListSnapshotsRequest request, CancellationToken cancellationToken = default) =>
        guard.List(token => inner.ListSnapshotsAsync(request, token), cancellationToken);
}

/// <summary>What of volumes changed, guarded.</summary>
internal sealed class GuardedChangedExtents(ISupportsChangedExtents inner, ProviderGuard guard) : ISupportsChangedExtents
{
    public IAsyncEnumerable<VolumeExtent> ListChangedExtentsAsync(ListChangedExtentsRequest request, CancellationToken cancellationToken = default) =>
        guard.List(token => inner.ListChangedExtentsAsync(request, token), cancellationToken);
}

/// <summary>Copies of volumes, guarded.</summary>
internal sealed class GuardedVolumeCopy(ISupportsVolumeCopy inner, ProviderGuard guard) : ISupportsVolumeCopy
{
    public Task<JobObservation> CopyVolumeAsync(CopyVolumeRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.CopyVolumeAsync(request, token), cancellationToken);
}

/// <summary>Shutting out nodes and engines, guarded.</summary>
internal sealed class GuardedFencing(ISupportsFencing inner, ProviderGuard guard) : ISupportsFencing
{
    public Task<GetClientAddressesResult> GetClientAddressesAsync(GetClientAddressesRequest request, CancellationToken cancellationToken = default) =>
        guard.ReadAsync(token => inner.GetClientAddressesAsync(request, token), cancellationToken);

    public Task<FenceClientsResult> FenceClientsAsync(FenceClientsRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.FenceClientsAsync(request, token), cancellationToken);

    public Task<FenceNodeResult> FenceNodeAsync(FenceNodeRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.FenceNodeAsync(request, token), cancellationToken);

    public Task<LetNodeInResult> LetNodeInAsync(LetNodeInRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.LetNodeInAsync(request, token), cancellationToken);
}

/// <summary>A backup target, guarded.</summary>
internal sealed class GuardedBackupTarget(IBackupTarget inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IBackupTarget
{
    public Task<PutBackupObjectResult> PutAsync(PutBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        Guard.CopyAsync(token => inner.PutAsync(request, token), cancellationToken);

    public Task<FindBackupObjectResult> FindAsync(FindBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.FindAsync(request, token), cancellationToken);

    public async Task<Stream> OpenAsync(ReadBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        new GuardedStream(
            await Guard.ReadAsync(token => inner.OpenAsync(request, token), cancellationToken).ConfigureAwait(false), Guard, nameof(OpenAsync));

    public IAsyncEnumerable<BackupObject> ListAsync(ListBackupObjectsRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListAsync(request, token), cancellationToken);

    public Task<BackupObject> RetainAsync(RetainBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.RetainAsync(request, token), cancellationToken);

    public Task<DeleteBackupObjectResult> DeleteAsync(DeleteBackupObjectRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteAsync(request, token), cancellationToken);
}
