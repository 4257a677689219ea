using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Images.Library;

/// <summary>The image store that this engine's images are in: that of its own node, else a shared one, by its name.</summary>
internal sealed class ImageStores(ProviderInstances instances, ProviderEnvironment environment, EngineRetry retry)
{
    /// <summary>Gives the store.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; or the error of its opening.</exception>
    public ValueTask<IImageStore> GetAsync(CancellationToken cancellationToken) =>
        instances.GetPartAsync<IImageStore>(CoreKinds.LibraryInstance, environment.NodeId, cancellationToken);

    /// <summary>Gives a digest's file; null when the store does not have it.</summary>
    /// <exception cref="LimiQuantixException">The store does not answer.</exception>
    public async Task<StoredImage?> FindAsync(ImageDigest digest, CancellationToken cancellationToken)
    {
        var store = await GetAsync(cancellationToken).ConfigureAwait(false);
        return (await store.FindAsync(new FindStoredImageRequest { Digest = digest }, cancellationToken).ConfigureAwait(false)).Image;
    }

    /// <summary>Gives what an import fetched its name in the store; tried again while the store does not answer for a passing reason.</summary>
    /// <exception cref="LimiQuantixException">The store does not answer, or does not have it.</exception>
    public async Task<StoredImage> CommitAsync(Guid importId, ImageDigest digest, CancellationToken cancellationToken)
    {
        var request = new CommitImportRequest { Call = ProviderCallScope.NewSharedCall(), ImportId = importId, Digest = digest };
        var store = await GetAsync(cancellationToken).ConfigureAwait(false);
        return (await retry.RunAsync(token => store.CommitAsync(request, token), cancellationToken).ConfigureAwait(false)).Image;
    }

    /// <summary>Deletes what an import left; tried again likewise.</summary>
    /// <exception cref="LimiQuantixException">The store does not answer.</exception>
    public async Task DiscardAsync(Guid importId, CancellationToken cancellationToken)
    {
        var request = new DiscardImportRequest { Call = ProviderCallScope.NewSharedCall(), ImportId = importId };
        var store = await GetAsync(cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(token => store.DiscardAsync(request, token), cancellationToken).ConfigureAwait(false);
    }
}
