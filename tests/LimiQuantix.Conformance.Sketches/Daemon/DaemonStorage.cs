using LimiQuantix.Jobs;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>A pool of one node and all of its capabilities, over the daemon.</summary>
public sealed class DaemonStorage(INodeLine line) : DaemonProvider(line), IStorageBackend, IProviderJobs, ISupportsGrowth, ISupportsSnapshots, ISupportsChangedExtents, ISupportsVolumeCopy, ISupportsFencing
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(IStorageBackend);

    public Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<StoragePoolStatus>(Service, nameof(GetStatusAsync), request, cancellationToken);

    public Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindBaseResult>(Service, nameof(FindBaseAsync), request, cancellationToken);

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<JobObservation>(Service, nameof(ImportBaseAsync), request, cancellationToken);

    public Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<VolumeObservation>(Service, nameof(EnsureVolumeAsync), request, cancellationToken);

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<AttachVolumeResult>(Service, nameof(AttachAsync), request, cancellationToken);

    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DetachVolumeResult>(Service, nameof(DetachAsync), request, cancellationToken);

    public Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteVolumeResult>(Service, nameof(DeleteVolumeAsync), request, cancellationToken);

    public IAsyncEnumerable<VolumeObservation> ListAsync(ListVolumesRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<VolumeObservation>(Service, nameof(ListAsync), request, cancellationToken);

    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindJobResult>(Service, nameof(FindAsync), request, cancellationToken);

    public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<JobObservation>(Service, nameof(WatchAsync), request, cancellationToken);

    public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<CancelJobResult>(Service, nameof(CancelAsync), request, cancellationToken);

    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ForgetJobResult>(Service, nameof(ForgetAsync), request, cancellationToken);

    public Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<VolumeObservation>(Service, nameof(GrowVolumeAsync), request, cancellationToken);

    public Task<SnapshotObservation> EnsureSnapshotAsync(EnsureSnapshotRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<SnapshotObservation>(Service, nameof(EnsureSnapshotAsync), request, cancellationToken);

    public Task<DeleteSnapshotResult> DeleteSnapshotAsync(DeleteSnapshotRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteSnapshotResult>(Service, nameof(DeleteSnapshotAsync), request, cancellationToken);

    public Task<RevertVolumeResult> RevertVolumeAsync(RevertVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<RevertVolumeResult>(Service, nameof(RevertVolumeAsync), request, cancellationToken);

    public IAsyncEnumerable<SnapshotObservation> ListSnapshotsAsync(ListSnapshotsRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<SnapshotObservation>(Service, nameof(ListSnapshotsAsync), request, cancellationToken);

    public IAsyncEnumerable<VolumeExtent> ListChangedExtentsAsync(ListChangedExtentsRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<VolumeExtent>(Service, nameof(ListChangedExtentsAsync), request, cancellationToken);

    public Task<JobObservation> CopyVolumeAsync(CopyVolumeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<JobObservation>(Service, nameof(CopyVolumeAsync), request, cancellationToken);

    public Task<GetClientAddressesResult> GetClientAddressesAsync(GetClientAddressesRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<GetClientAddressesResult>(Service, nameof(GetClientAddressesAsync), request, cancellationToken);

    public Task<FenceClientsResult> FenceClientsAsync(FenceClientsRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FenceClientsResult>(Service, nameof(FenceClientsAsync), request, cancellationToken);

    public Task<FenceNodeResult> FenceNodeAsync(FenceNodeRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FenceNodeResult>(Service, nameof(FenceNodeAsync), request, cancellationToken);

    public Task<LetNodeInResult> LetNodeInAsync(LetNodeInRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<LetNodeInResult>(Service, nameof(LetNodeInAsync), request, cancellationToken);
}
