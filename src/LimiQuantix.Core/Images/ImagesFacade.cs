using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Import;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images;

/// <summary>The images as one caller sees them: its project's, and those that are shared with it.</summary>
internal sealed class ImagesFacade(
    FacadeParts parts, ResourceTable<ImageDocument> images, ImageImports imports, ImageCatalog catalog, ImageStatusKeeper statuses, IOperationQueue queue, Caller caller)
    : ResourceFacade<ImageDocument, Image, ImageQuery, ResourceUpdate>(caller, parts, images), IImages
{
    /// <inheritdoc/>
    public async Task<OperationHandle<Image>> ImportAsync(
        ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        var request = await ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        return HandleOf(await imports.SubmitAsync(request, Caller, options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<Image> EnsureAsync(string location, EnsureOptions? options = null, CancellationToken cancellationToken = default) =>
        EnsureAsync(new ImageImport { Location = location }, options, cancellationToken);

    /// <inheritdoc/>
    public async Task<Image> EnsureAsync(ImageImport import, EnsureOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        var request = await ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        var (ready, running) = await imports.EnsureAsync(request, Caller, cancellationToken).ConfigureAwait(false);
        if (ready is not null) return await statuses.ObserveAsync(ready, cancellationToken).ConfigureAwait(false);
        var handle = HandleOf(running!);
        await ProgressReporting.FollowAsync(handle, options?.Progress, cancellationToken).ConfigureAwait(false);
        return await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ResourcePlan> PlanImportAsync(ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        await AllowImportAsync(import, cancellationToken).ConfigureAwait(false);
        try
        {
            var request = await ResolveAsync(import, cancellationToken).ConfigureAwait(false);
            await imports.PlanAsync(request, Caller, cancellationToken).ConfigureAwait(false);
            return new ResourcePlan();
        }
        catch (LimiQuantixException e)
        {
            return new ResourcePlan { Error = e.Error };
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageCatalogEntry>> ListCatalogAsync(ImageCatalogQuery? query = null, CancellationToken cancellationToken = default)
    {
        await Access.EnsureAllowedAsync(Caller, Actions.ImagesListCatalog, null, query, cancellationToken).ConfigureAwait(false);
        var entries = await catalog.ListAsync(cancellationToken).ConfigureAwait(false);
        return query is null ? entries : [.. entries.Where(entry => Fits(query, entry))];
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ResourceReference image, DeleteImageOptions? options = null, CancellationToken cancellationToken = default)
    {
        while (await LookAsync("delete", image, true, null, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            ExpectedGeneration.Check(stored.Value, options?.ExpectedGeneration);
            if (WhyNotDeleted(stored.Value.Phase) is { } why)
            {
                throw new LimiQuantixException(
                    ErrorCodes.FailedPrecondition, why, "Cancel the import: that deletes the image too.", stored.Value.Id.ToString());
            }

            var commit = await Parts.State.CommitPatientlyAsync(StateWrite.Combine(null, Table.Delete(stored)), cancellationToken).ConfigureAwait(false);
            // Changed meanwhile: look again at what it is now.
            if (!commit.IsCommitted) continue;
            // Whoever leads sees it go, and takes the file out when no other image has it.
        }
    }

    protected override string? WhatIsWrongWithName(string name) => ImageImports.IsName(name) ? null : ImageImports.NameRule;

    protected override bool Fits(ImageQuery query, ImageDocument document) =>
        (query.Phase is null || query.Phase == document.Phase)
        && (query.Digest is null || (document.Phase == ImagePhase.Ready && query.Digest == document.Digest))
        && (query.CatalogId is null || query.CatalogId == document.Spec.CatalogId);

    protected override (string Name, string Value)? IndexOf(ImageQuery query) =>
        query.Digest is { } digest ? (ImageTable.DigestIndex, digest.Hex) : null;

    protected override Task<IReadOnlyList<Image>> ShowAsync(IReadOnlyList<ImageDocument> documents, CancellationToken cancellationToken) =>
        statuses.ShowAsync(documents, cancellationToken);

    protected override Task<Image> ObserveAsync(ImageDocument document, CancellationToken cancellationToken) => statuses.ObserveAsync(document, cancellationToken);

    protected override IEnumerable<ResourceAction> ActionsOf(Image resource) => [new() { Name = "delete", Reason = WhyNotDeleted(resource.Status.Phase) }];

    private static bool Fits(ImageCatalogQuery query, ImageCatalogEntry entry) =>
        (query.Text is null || entry.Id.Contains(query.Text, StringComparison.OrdinalIgnoreCase) || entry.Name.Contains(query.Text, StringComparison.OrdinalIgnoreCase))
        && (query.Distribution is null || query.Distribution == entry.OperatingSystem.Distribution)
        && (query.Architecture is null || query.Architecture == entry.OperatingSystem.Architecture);

    private static string? WhyNotDeleted(ImagePhase phase) => phase == ImagePhase.Importing ? "The image's import has not ended." : null;

    private Task AllowImportAsync(ImageImport import, CancellationToken cancellationToken) => Access.EnsureAllowedAsync(
        Caller, Actions.ImagesImport, Core.Access.Target(Table.Kind, Caller, import.Name), import, cancellationToken);

    private async Task<ImageImportRequest> ResolveAsync(ImageImport import, CancellationToken cancellationToken)
    {
        var target = Core.Access.Target(Table.Kind, Caller, import.Name);
        await Access.EnsureAllowedAsync(Caller, Actions.ImagesImport, target, import, cancellationToken).ConfigureAwait(false);
        var request = await imports.ResolveAsync(import, cancellationToken).ConfigureAwait(false);
        return request with { Trust = await JudgeAsync(request, target, import, cancellationToken).ConfigureAwait(false) };
    }

    // A path that a caller gives is read with this process's rights, and an address is reached from this machine; a catalogue's are the host's own.
    private async Task<LocationTrust> JudgeAsync(ImageImportRequest request, ResourceTarget target, ImageImport import, CancellationToken cancellationToken)
    {
        if (request.CatalogId is not null) return LocationTrust.Trusted;
        var location = request.Locations[0];
        if (Locations.LocalPath(location) is not null)
        {
            await Access.EnsureAllowedAsync(Caller, Actions.ImagesImportLocal, target, import, cancellationToken).ConfigureAwait(false);
            return LocationTrust.Trusted;
        }

        if (await Access.IsAllowedAsync(Caller, Actions.ImagesImportPrivate, target, import, cancellationToken).ConfigureAwait(false)) return LocationTrust.Trusted;
        // What can be seen now is not found out in the operation.
        var host = ImageLocation.Parse(location).Host;
        return PublicAddresses.IsKnownNotPublic(host) ? throw PublicAddresses.NotPublicError(host) : LocationTrust.Untrusted;
    }

    private OperationHandle<Image> HandleOf(Operation operation) => queue.CreateHandle(
        operation, async token => await statuses.ObserveAsync((await Table.GetAsync(operation.ResourceId, Caller.Project, token).ConfigureAwait(false)).Value, token).ConfigureAwait(false));
}
