using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Import;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Images;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Images;

/// <summary>The images as one caller sees them: its project's.</summary>
internal sealed class ImagesFacade(
    IStateStore state,
    ResourceTable<ImageDocument> images,
    ImageImports imports,
    ImageCatalog catalog,
    ImageCollector collector,
    IOperationQueue queue,
    Access access,
    Caller caller) : IImages
{
    /// <inheritdoc/>
    public async Task<OperationHandle<Image>> ImportAsync(
        ImageImport import, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        var request = await ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        return HandleOf(await imports.SubmitAsync(request, caller, options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<Image> EnsureAsync(string location, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        EnsureAsync(new ImageImport { Location = location }, progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Image> EnsureAsync(ImageImport import, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        var request = await ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        var (ready, running) = await imports.EnsureAsync(request, caller, cancellationToken).ConfigureAwait(false);
        if (ready is not null) return ready.ToImage();
        var handle = HandleOf(running!);
        if (progress is not null)
        {
            await foreach (var step in handle.WatchProgressAsync(cancellationToken).ConfigureAwait(false)) progress.Report(step);
        }

        return await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Image> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        return (await access.GetAsync(caller, Actions.ImagesGet, images, id, null, cancellationToken).ConfigureAwait(false)).Value.ToImage();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Image>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.ImagesList, Access.Target(images.Kind, caller), null, cancellationToken).ConfigureAwait(false);
        return [.. (await images.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false)).Select(image => image.ToImage())];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageCatalogEntry>> ListCatalogAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.ImagesListCatalog, null, null, cancellationToken).ConfigureAwait(false);
        return await catalog.ListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        while (await access.FindAsync(caller, Actions.ImagesDelete, images, id, null, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            if (stored.Value.Phase == ImagePhase.Importing)
            {
                throw new LimiQuantixException(
                    ErrorCodes.FailedPrecondition, "The image's import has not ended.", "Cancel the import: that deletes the image too.", id.ToString());
            }

            var commit = await state.CommitPatientlyAsync(StateWrite.Combine(null, images.Delete(stored)), cancellationToken).ConfigureAwait(false);
            // Changed meanwhile: look again at what it is now.
            if (!commit.IsCommitted) continue;
            if (stored.Value.Digest is { } digest) await collector.RemoveUnusedAsync(digest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImageImportRequest> ResolveAsync(ImageImport import, CancellationToken cancellationToken)
    {
        var target = Access.Target(images.Kind, caller, import.Name);
        await access.EnsureAllowedAsync(caller, Actions.ImagesImport, target, import, cancellationToken).ConfigureAwait(false);
        var request = await imports.ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        return request with { Trust = await JudgeAsync(request, target, import, cancellationToken).ConfigureAwait(false) };
    }

    // A path that a caller gives is read with this process's rights, and an address is reached from this machine; a catalogue's are the host's own.
    private async Task<LocationTrust> JudgeAsync(ImageImportRequest request, ResourceTarget target, ImageImport import, CancellationToken cancellationToken)
    {
        if (request.CatalogId is not null) return LocationTrust.Trusted;
        var location = new Uri(request.Locations[0]);
        if (location.IsFile)
        {
            await access.EnsureAllowedAsync(caller, Actions.ImagesImportLocal, target, import, cancellationToken).ConfigureAwait(false);
            return LocationTrust.Trusted;
        }

        if (await access.IsAllowedAsync(caller, Actions.ImagesImportPrivate, target, import, cancellationToken).ConfigureAwait(false)) return LocationTrust.Trusted;
        // What can be seen now is not found out in the operation.
        return PublicAddresses.IsKnownNotPublic(location.Host) ? throw PublicAddresses.NotPublicError(location.Host) : LocationTrust.Untrusted;
    }

    private OperationHandle<Image> HandleOf(Operation operation) => queue.CreateHandle(
        operation, async token => (await images.GetAsync(operation.ResourceId, caller.Project, token).ConfigureAwait(false)).Value.ToImage());
}
