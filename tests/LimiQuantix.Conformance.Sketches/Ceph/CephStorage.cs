using LimiQuantix.Jobs;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Ceph;

/// <summary>What of librados and librbd the sketch needs. Every call that writes is refused by Ceph once this process' addresses are on the blocklist.</summary>
public interface IRados : IAsyncDisposable
{
    /// <summary>The addresses of this client's instance, as <c>osd blocklist</c> takes them.</summary>
    IReadOnlyList<string> Addresses { get; }

    Task<(long Available, long Stored, string? Warning)> GetPoolUsageAsync(CancellationToken cancellationToken);

    Task BlocklistAsync(string address, bool isIn, CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ListWatchersAsync(string image, CancellationToken cancellationToken);

    IAsyncEnumerable<string> ListImagesAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>An image's metadata, size, parent and snapshots; null: there is none.</summary>
    Task<RbdImage?> FindAsync(string image, CancellationToken cancellationToken);

    /// <summary>Creates, clones (<c>parent@snapshot</c>) or flattens, in the order that 0002 gives; the mark goes with the last one.</summary>
    Task<RbdImage> EnsureAsync(string image, long sizeBytes, string? parent, ProviderCall call, CancellationToken cancellationToken);

    Task<RbdImage> ResizeAsync(string image, long sizeBytes, ProviderCall call, CancellationToken cancellationToken);

    Task TrashAsync(string image, ProviderCall call, CancellationToken cancellationToken);

    Task<RbdSnapshot> SnapAsync(string image, string snapshot, ProviderCall call, CancellationToken cancellationToken);

    Task UnsnapAsync(string image, string snapshot, ProviderCall call, CancellationToken cancellationToken);

    Task RollBackAsync(string image, string snapshot, ProviderCall call, CancellationToken cancellationToken);

    /// <summary><c>rbd_diff_iterate2</c> with fast-diff.</summary>
    IAsyncEnumerable<(long Offset, long Length, bool Exists)> DiffAsync(string image, string? since, string until, CancellationToken cancellationToken);
}

public sealed record RbdImage(Guid VolumeId, long SizeBytes, string? BaseDigest, ProviderMark? Mark, IReadOnlyList<RbdSnapshot> Snapshots);

public sealed record RbdSnapshot(Guid Id, Guid VolumeId, long SizeBytes, DateTimeOffset CreatedAt, ProviderMark? Mark);

/// <summary>RBD as a pool: 0002, with what has come since.</summary>
public sealed class CephStorage(ProviderContext context, IRados rados, IProviderJobs jobs, Func<BaseImport, Guid, JobObservation> beginBase, string pool)
    : IStorageBackend, ISupportsGrowth, ISupportsSnapshots, ISupportsChangedExtents, ISupportsVolumeCopy, ISupportsFencing, IDeclaresFeatures
{
    private string Prefix => $"lq-v-{context.InstallationId:N}"[..13] + "-";

    public T? GetCapability<T>() where T : class => this as T ?? jobs as T;

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new FeatureDeclaration { Features = ProviderFeatures.OfStorage });

    public async Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        var (_, _, warning) = await rados.GetPoolUsageAsync(cancellationToken).ConfigureAwait(false);
        return warning is null ? ProviderHealth.Healthy : new ProviderHealth { Status = ProviderHealthStatus.Degraded, Description = warning };
    }

    public async Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default)
    {
        var (available, stored, warning) = await rados.GetPoolUsageAsync(cancellationToken).ConfigureAwait(false);
        return new StoragePoolStatus { CapacityBytes = available + stored, AvailableBytes = available, IsShared = true, Warning = warning };
    }

    public async Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default) => new()
    {
        Base = await rados.FindAsync(Base(request.Digest.ToString()), cancellationToken).ConfigureAwait(false) is { } image
            ? new BaseObservation { Digest = request.Digest, VirtualSizeBytes = image.SizeBytes } : null,
    };

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(beginBase(request.Import, request.JobId));

    public async Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default)
    {
        var definition = request.Definition;
        var parent = definition.Source switch
        {
            BlankVolumeSource => null,
            BaseVolumeSource source => Base(source.Digest.ToString()) + "@base",
            SnapshotVolumeSource source => $"{Image(source.VolumeId)}@{source.SnapshotId:N}",
            // A clone needs a snapshot: one is made, and goes with the clone's flattening.
            OtherVolumeSource source => $"{Image(source.VolumeId)}@{(await rados.SnapAsync(Image(source.VolumeId), $"{definition.Ownership.ResourceId:N}", request.Call, cancellationToken).ConfigureAwait(false)).Id:N}",
            _ => throw new LimiQuantixException(ErrorCodes.FailedPrecondition, $"RBD makes no volume of a {definition.Source.GetType().Name}."),
        };
        return Observe(await rados.EnsureAsync(Image(definition.Ownership.ResourceId), definition.SizeBytes, parent, request.Call, cancellationToken).ConfigureAwait(false));
    }

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new AttachVolumeResult
    {
        // QEMU's own client connects: nothing happens on the node, and a migration has two.
        Attachment = new RbdDisk { NodeId = request.Node, Pool = pool, Image = Image(request.VolumeId), Monitors = [], IsReadOnly = request.Access == VolumeAccess.ReadOnly },
    });

    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default) => Task.FromResult(new DetachVolumeResult());

    public async Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default)
    {
        if (await rados.ListWatchersAsync(Image(request.VolumeId), cancellationToken).ConfigureAwait(false) is [var watcher, ..])
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, $"{watcher} has the image open.", isTransient: true);
        await rados.TrashAsync(Image(request.VolumeId), request.Call, cancellationToken).ConfigureAwait(false);
        return new DeleteVolumeResult();
    }

    public async IAsyncEnumerable<VolumeObservation> ListAsync(
        ListVolumesRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var image in ImagesAsync(cancellationToken).ConfigureAwait(false)) yield return Observe(image);
    }

    public async Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default) =>
        Observe(await rados.ResizeAsync(Image(request.VolumeId), request.SizeBytes, request.Call, cancellationToken).ConfigureAwait(false));

    public async Task<SnapshotObservation> EnsureSnapshotAsync(EnsureSnapshotRequest request, CancellationToken cancellationToken = default) =>
        Observe(await rados.SnapAsync(Image(request.VolumeId), $"{request.Ownership.ResourceId:N}", request.Call, cancellationToken).ConfigureAwait(false));

    public async Task<DeleteSnapshotResult> DeleteSnapshotAsync(DeleteSnapshotRequest request, CancellationToken cancellationToken = default)
    {
        await rados.UnsnapAsync(Image(request.VolumeId), $"{request.SnapshotId:N}", request.Call, cancellationToken).ConfigureAwait(false);
        return new DeleteSnapshotResult();
    }

    public async Task<RevertVolumeResult> RevertVolumeAsync(RevertVolumeRequest request, CancellationToken cancellationToken = default)
    {
        await rados.RollBackAsync(Image(request.VolumeId), $"{request.SnapshotId:N}", request.Call, cancellationToken).ConfigureAwait(false);
        return new RevertVolumeResult();
    }

    public async IAsyncEnumerable<SnapshotObservation> ListSnapshotsAsync(
        ListSnapshotsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var image in ImagesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (request.VolumeId is { } only && only != image.VolumeId) continue;
            foreach (var snapshot in image.Snapshots) yield return Observe(snapshot);
        }
    }

    public async IAsyncEnumerable<VolumeExtent> ListChangedExtentsAsync(
        ListChangedExtentsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = rados.DiffAsync(Image(request.VolumeId), request.SinceSnapshotId?.ToString("N"), request.SnapshotId.ToString("N"), cancellationToken);
        await foreach (var (offset, length, exists) in changes.ConfigureAwait(false))
            yield return new VolumeExtent { OffsetBytes = offset, LengthBytes = length, IsZero = !exists };
    }

    public async Task<JobObservation> CopyVolumeAsync(CopyVolumeRequest request, CancellationToken cancellationToken = default)
    {
        // A clone that is flattened: the job is the flattening.
        await EnsureVolumeAsync(new EnsureVolumeRequest { Call = request.Call, Definition = request.Definition }, cancellationToken).ConfigureAwait(false);
        return (await jobs.FindAsync(new FindJobRequest { JobId = request.JobId }, cancellationToken).ConfigureAwait(false)).Job!;
    }

    public Task<GetClientAddressesResult> GetClientAddressesAsync(GetClientAddressesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GetClientAddressesResult { Addresses = rados.Addresses });

    public async Task<FenceClientsResult> FenceClientsAsync(FenceClientsRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var address in request.Addresses) await rados.BlocklistAsync(address, isIn: true, cancellationToken).ConfigureAwait(false);
        return new FenceClientsResult();
    }

    public async Task<FenceNodeResult> FenceNodeAsync(FenceNodeRequest request, CancellationToken cancellationToken = default)
    {
        await rados.BlocklistAsync(request.Node.Value, isIn: true, cancellationToken).ConfigureAwait(false);
        return new FenceNodeResult();
    }

    public async Task<LetNodeInResult> LetNodeInAsync(LetNodeInRequest request, CancellationToken cancellationToken = default)
    {
        await rados.BlocklistAsync(request.Node.Value, isIn: false, cancellationToken).ConfigureAwait(false);
        return new LetNodeInResult();
    }

    public ValueTask DisposeAsync() => rados.DisposeAsync();

    private async IAsyncEnumerable<RbdImage> ImagesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in rados.ListImagesAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (await rados.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } image) yield return image;
        }
    }

    private string Image(Guid volumeId) => Prefix + volumeId.ToString("N");

    private static string Base(string digest) => "lq-b-" + digest;

    private static VolumeObservation Observe(RbdImage image) => new()
    {
        VolumeId = image.VolumeId, SizeBytes = image.SizeBytes, Mark = image.Mark, BaseDigest = image.BaseDigest is null ? null : LimiQuantix.Images.ImageDigest.Parse(image.BaseDigest),
    };

    private static SnapshotObservation Observe(RbdSnapshot snapshot) => new()
    {
        SnapshotId = snapshot.Id, VolumeId = snapshot.VolumeId, SizeBytes = snapshot.SizeBytes, CreatedAt = snapshot.CreatedAt, Mark = snapshot.Mark,
    };
}
