using LimiQuantix.Images;
using LimiQuantix.Jobs;

namespace LimiQuantix.Providers.Guards;

/// <summary>An image store, guarded.</summary>
internal sealed class GuardedImageStore(IImageStore inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IImageStore
{
    public Task<ImageStoreStatus> GetStatusAsync(GetImageStoreStatusRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.GetStatusAsync(request, token), cancellationToken);

    public Task<JobObservation> ImportAsync(ImportToStoreRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.ImportAsync(request, token), cancellationToken);

    public Task<CommitImportResult> CommitAsync(CommitImportRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.CommitAsync(request, token), cancellationToken);

    public Task<DiscardImportResult> DiscardAsync(DiscardImportRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DiscardAsync(request, token), cancellationToken);

    public IAsyncEnumerable<ImportObservation> ListImportsAsync(ListImportsRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListImportsAsync(request, token), cancellationToken);

    public Task<FindStoredImageResult> FindAsync(FindStoredImageRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.FindAsync(request, token), cancellationToken);

    public IAsyncEnumerable<StoredImageObservation> ListAsync(ListStoredImagesRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListAsync(request, token), cancellationToken);

    public async Task<Stream> OpenAsync(OpenStoredImageRequest request, CancellationToken cancellationToken = default) => new GuardedStream(
        await Guard.ReadAsync(token => inner.OpenAsync(request, token), cancellationToken).ConfigureAwait(false), Guard, nameof(OpenAsync));

    public Task<SetAsideResult> SetAsideAsync(SetAsideRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.SetAsideAsync(request, token), cancellationToken);

    public Task<RestoreStoredImageResult> RestoreAsync(RestoreStoredImageRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.RestoreAsync(request, token), cancellationToken);

    public Task<DeleteStoredImageResult> DeleteAsync(DeleteStoredImageRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteAsync(request, token), cancellationToken);

    public IAsyncEnumerable<ScannedImage> ScanAsync(ScanImagesRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ScanAsync(request, token), cancellationToken);
}
