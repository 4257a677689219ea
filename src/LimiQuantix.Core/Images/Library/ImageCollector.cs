using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images.Library;

/// <summary>
/// Takes out of the store what no image has any more: at the engine's start what a crash left, then whenever an image goes. A file is set aside before the
/// images are asked once more, and an import notes its digest before it looks whether the file is there: so one of the two sees the other.
/// </summary>
internal sealed partial class ImageCollector(ResourceTable<ImageDocument> images, ImageStores stores, ILogger<ImageCollector> logger) : IEngineService
{
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var change in images.WatchAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Value is null) await SweepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a digest's file unless some image of any project has it.</summary>
    public async Task RemoveUnusedAsync(ImageDigest digest, CancellationToken cancellationToken)
    {
        if (await IsUsedAsync(digest, cancellationToken).ConfigureAwait(false)) return;
        var store = await stores.GetAsync(cancellationToken).ConfigureAwait(false);
        var id = Guid.CreateVersion7();
        await store.SetAsideAsync(
            new SetAsideRequest { Call = ProviderCallScope.NewSharedCall(), Digest = digest, SetAsideId = id }, cancellationToken).ConfigureAwait(false);
        await EndAsync(store, digest, id, cancellationToken).ConfigureAwait(false);
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var store = await stores.GetAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var import in store.ListImportsAsync(new ListImportsRequest(), cancellationToken).ConfigureAwait(false))
        {
            var record = await images.FindAsync(import.ImportId, cancellationToken).ConfigureAwait(false);
            if (record?.Value.Phase == ImagePhase.Importing) continue;
            LogPartial(import.ImportId);
            await stores.DiscardAsync(import.ImportId, cancellationToken).ConfigureAwait(false);
        }

        await foreach (var file in store.ListAsync(new ListStoredImagesRequest(), cancellationToken).ConfigureAwait(false))
        {
            // What is set aside was so when somebody's work was cut off.
            if (file.SetAsideId is { } id) await EndAsync(store, file.Digest, id, cancellationToken).ConfigureAwait(false);
            else await RemoveUnusedAsync(file.Digest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(IImageStore store, ImageDigest digest, Guid id, CancellationToken cancellationToken)
    {
        var call = ProviderCallScope.NewSharedCall();
        if (await IsUsedAsync(digest, cancellationToken).ConfigureAwait(false))
            await store.RestoreAsync(new RestoreStoredImageRequest { Call = call, Digest = digest, SetAsideId = id }, cancellationToken).ConfigureAwait(false);
        else
            await store.DeleteAsync(new DeleteStoredImageRequest { Call = call, Digest = digest, SetAsideId = id }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsUsedAsync(ImageDigest digest, CancellationToken cancellationToken) =>
        (await images.ListByIndexAsync(ImageTable.DigestIndex, digest.Hex, cancellationToken).ConfigureAwait(false)).Count > 0;

    [LoggerMessage(1, LogLevel.Information, "Deleting what an import left of image {ImageId}")]
    private partial void LogPartial(Guid imageId);
}
