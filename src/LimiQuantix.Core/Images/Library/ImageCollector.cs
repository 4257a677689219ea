using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Images.Library;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images.Library;

/// <summary>
/// Deletes what no image has any more: at the engine's start what a crash left, then whenever an image goes. Collecting in one process
/// excludes collecting in every other one of the library, by a lock on a file: two that set aside and put back the same file could lose it.
/// </summary>
internal sealed partial class ImageCollector(
    ResourceTable<ImageDocument> images,
    ImageLibrary library,
    KeptDownloads kept,
    Func<CancellationToken, ValueTask<Guid>> getInstallationId,
    ILogger<ImageCollector> logger) : IEngineService
{
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        library.Open(await getInstallationId(cancellationToken).ConfigureAwait(false));
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var change in images.WatchAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Value is null) await SweepAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a digest's file unless some image of any project has it.</summary>
    public Task RemoveUnusedAsync(ImageDigest digest, CancellationToken cancellationToken) =>
        library.RemoveUnusedAsync(
            digest,
            async () => (await images.ListByIndexAsync(ImageTable.DigestIndex, digest.Hex, cancellationToken).ConfigureAwait(false)).Count > 0,
            cancellationToken);

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var id in library.ListPartials())
        {
            var record = await images.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (record?.Value.Phase == ImagePhase.Importing) continue;
            LogPartial(id);
            library.DeletePartials(id);
        }

        kept.Trim();
        foreach (var digest in library.ListDigests()) await RemoveUnusedAsync(digest, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Information, "Deleting what an import left of image {ImageId}")]
    private partial void LogPartial(Guid imageId);
}
