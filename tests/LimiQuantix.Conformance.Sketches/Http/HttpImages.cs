using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Images over HTTP.</summary>
public sealed class HttpImages(HttpWire wire) : HttpResources<Image, ImageQuery, ResourceUpdate>(wire, nameof(ILimiQuantix.Images)), IImages
{
    private readonly HttpWire wire = wire;

    public Task<OperationHandle<Image>> ImportAsync(ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<Image>(Noun, nameof(ImportAsync), [import, options], cancellationToken);

    public Task<Image> EnsureAsync(string location, EnsureOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Image>(Noun, nameof(EnsureAsync), [location, options], cancellationToken);

    public Task<Image> EnsureAsync(ImageImport import, EnsureOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Image>(Noun, nameof(EnsureAsync), [import, options], cancellationToken);

    public Task<ResourcePlan> PlanImportAsync(ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<ResourcePlan>(Noun, nameof(PlanImportAsync), [import, options], cancellationToken);

    public Task<IReadOnlyList<ImageCatalogEntry>> ListCatalogAsync(ImageCatalogQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<ImageCatalogEntry>>(Noun, nameof(ListCatalogAsync), [query], cancellationToken);

    public Task DeleteAsync(ResourceReference image, DeleteImageOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.DoAsync(Noun, nameof(DeleteAsync), [image, options], cancellationToken);
}
