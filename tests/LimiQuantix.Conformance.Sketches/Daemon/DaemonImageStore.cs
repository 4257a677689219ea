using LimiQuantix.Images;
using LimiQuantix.Jobs;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>A node's image library, over the daemon.</summary>
public sealed class DaemonImageStore(INodeLine line) : DaemonProvider(line), IImageStore, IProviderJobs
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(IImageStore);

    public Task<ImageStoreStatus> GetStatusAsync(GetImageStoreStatusRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ImageStoreStatus>(Service, nameof(GetStatusAsync), request, cancellationToken);

    public Task<JobObservation> ImportAsync(ImportToStoreRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<JobObservation>(Service, nameof(ImportAsync), request, cancellationToken);

    public Task<CommitImportResult> CommitAsync(CommitImportRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<CommitImportResult>(Service, nameof(CommitAsync), request, cancellationToken);

    public Task<DiscardImportResult> DiscardAsync(DiscardImportRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DiscardImportResult>(Service, nameof(DiscardAsync), request, cancellationToken);

    public IAsyncEnumerable<ImportObservation> ListImportsAsync(ListImportsRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<ImportObservation>(Service, nameof(ListImportsAsync), request, cancellationToken);

    public Task<FindStoredImageResult> FindAsync(FindStoredImageRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindStoredImageResult>(Service, nameof(FindAsync), request, cancellationToken);

    public IAsyncEnumerable<StoredImageObservation> ListAsync(ListStoredImagesRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<StoredImageObservation>(Service, nameof(ListAsync), request, cancellationToken);

    public Task<Stream> OpenAsync(OpenStoredImageRequest request, CancellationToken cancellationToken = default) =>
        line.OpenAsync<Stream>(Service, nameof(OpenAsync), request, cancellationToken);

    public Task<SetAsideResult> SetAsideAsync(SetAsideRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<SetAsideResult>(Service, nameof(SetAsideAsync), request, cancellationToken);

    public Task<RestoreStoredImageResult> RestoreAsync(RestoreStoredImageRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<RestoreStoredImageResult>(Service, nameof(RestoreAsync), request, cancellationToken);

    public Task<DeleteStoredImageResult> DeleteAsync(DeleteStoredImageRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteStoredImageResult>(Service, nameof(DeleteAsync), request, cancellationToken);

    public IAsyncEnumerable<ScannedImage> ScanAsync(ScanImagesRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<ScannedImage>(Service, nameof(ScanAsync), request, cancellationToken);

    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindJobResult>(Service, nameof(FindAsync), request, cancellationToken);

    public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<JobObservation>(Service, nameof(WatchAsync), request, cancellationToken);

    public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<CancelJobResult>(Service, nameof(CancelAsync), request, cancellationToken);

    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ForgetJobResult>(Service, nameof(ForgetAsync), request, cancellationToken);
}
