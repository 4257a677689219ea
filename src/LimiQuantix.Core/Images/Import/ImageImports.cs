using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>Turns what a caller wants imported into a stored operation, or finds the one, or the image, that is there already.</summary>
internal sealed class ImageImports(
    ResourceTable<ImageDocument> images,
    IOperationQueue queue,
    OperationStore operations,
    ImageCatalog catalog,
    ImageSources sources,
    ImageStores stores,
    TimeProvider time)
{
    /// <summary>What to tell somebody whose name is not an image's.</summary>
    public const string NameRule = "Use 1 to 128 printable characters.";

    private const int MaximumNameLength = 128;

    /// <summary>Whether an image can have this name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaximumNameLength && !Names.HasControlCharacter(name);

    /// <summary>Throws what would keep an import from being stored.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the name is another image's.</exception>
    public async Task PlanAsync(ImageImportRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var place = await PlaceAsync(request, caller, cancellationToken).ConfigureAwait(false);
        if (await JoinAsync(request, caller, cancellationToken).ConfigureAwait(false) is null)
            await BeginAsync(request, caller, place, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up and checks what a caller wrote.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, <see cref="ErrorCodes.NotFound"/>.</exception>
    public async Task<ImageImportRequest> ResolveAsync(ImageImport import, CancellationToken cancellationToken)
    {
        if (import.Name is { } name && !IsName(name))
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"'{Names.Show(name)}' is no name for an image.", NameRule, "Name");

        ArgumentNullException.ThrowIfNull(import.Location);
        if (import.SourceName is { } source) sources.EnsureKnown(source);
        var entry = CatalogFile.IsId(import.Location) ? await catalog.GetAsync(import.Location, cancellationToken).ConfigureAwait(false) : null;
        if (entry is null && !Path.IsPathFullyQualified(import.Location) && !ImageLocation.TryParse(import.Location, out _)
            && await catalog.SuggestAsync(import.Location, cancellationToken).ConfigureAwait(false) is { } suggestion)
            throw suggestion;
        var digest = import.ExpectedDigest ?? entry?.Digest;
        return new ImageImportRequest
        {
            Locations = [.. (entry?.Locations ?? [import.Location]).Select(location => Locations.Parse(location))],
            SourceName = import.SourceName ?? entry?.SourceName,
            Name = import.Name,
            ExpectedDigest = digest,
            ChecksumLocation = digest is null && entry?.ChecksumLocation is { } checksum ? Locations.Parse(checksum) : null,
            CatalogId = entry?.Id,
            OperatingSystem = import.OperatingSystem ?? entry?.OperatingSystem ?? new(),
            Labels = import.Labels,
            Sharing = import.Sharing,
        };
    }

    /// <summary>
    /// Gives the ready image of a source, or of the expected SHA-256 wherever it came from, when the library has its file; otherwise the
    /// import that makes it, joined or stored now.
    /// </summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the name is another image's.</exception>
    public async Task<(ImageDocument? Ready, Operation? Import)> EnsureAsync(
        ImageImportRequest request, Caller caller, CancellationToken cancellationToken)
    {
        ImageDocument? ready = null;
        var operation = await queue.SubmitAsync(
            Submission(request, caller, options: null),
            async token =>
            {
                var place = await PlaceAsync(request, caller, token).ConfigureAwait(false);
                if (await JoinAsync(request, caller, token).ConfigureAwait(false) is { } running) return running;
                // After the look for a running one: an import that ended in between has left its image.
                ready = await FindReadyAsync(request, caller.Project, token).ConfigureAwait(false);
                if (ready is not null) return new OperationIntent { ResourceId = ready.Id, Existing = Ended(ready) };
                return await BeginAsync(request, caller, place, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return ready is null ? (null, operation) : (ready, null);
    }

    /// <summary>Stores the operation. An import of the same source that is under way is joined, unless a name or key tells them apart.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the name is another image's, or the key another request's.</exception>
    public Task<Operation> SubmitAsync(
        ImageImportRequest request, Caller caller, ImportOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        Submission(request, caller, options),
        async token =>
        {
            var place = await PlaceAsync(request, caller, token).ConfigureAwait(false);
            var mayJoin = options?.IdempotencyKey is null;
            if (mayJoin && await JoinAsync(request, caller, token).ConfigureAwait(false) is { } running) return running;
            return await BeginAsync(request, caller, place, token).ConfigureAwait(false);
        },
        cancellationToken);

    private static OperationRequest Submission(ImageImportRequest request, Caller caller, ImportOptions? options) =>
        new() { Kind = ImageImportKind.OperationKind, Caller = caller, Target = null, Request = request, Options = options };

    // Stands for the import that made the image, which may be pruned long since; nobody sees it.
    private static Operation Ended(ImageDocument ready) => new()
    {
        Id = ready.Id, Project = ready.Project, Kind = ImageImportKind.OperationKind, ResourceId = ready.Id, Phase = OperationPhase.Succeeded,
        CallerName = "", CreatedAt = ready.CreatedAt,
    };

    private async Task<ImageDocument?> FindReadyAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        var found = await FindAsync(request, project, cancellationToken).ConfigureAwait(false);
        if (request.ExpectedDigest is { Algorithm: "sha256" } expected)
        {
            var same = await images.ListByIndexAsync(ImageTable.DigestIndex, expected.Hex, cancellationToken).ConfigureAwait(false);
            found = same.Where(image => image.Project == project).Concat(found);
        }

        foreach (var image in found.Reverse())
        {
            if (image is { Phase: ImagePhase.Ready, Digest: { } digest } && await stores.FindAsync(digest, cancellationToken).ConfigureAwait(false) is not null) return image;
        }

        return null;
    }

    // Taken before the look for a running import: one that is stored after that look has taken the name, and this one looks again.
    private async Task<(string Name, Stored<ImageDocument>? Holder)> PlaceAsync(
        ImageImportRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var name = request.Name ?? request.CatalogId ?? Locations.FileName(request.Locations[0]) ?? "image";
        return (name, await images.FindByNameAsync(caller.Project, name, cancellationToken).ConfigureAwait(false));
    }

    private async Task<OperationIntent?> JoinAsync(ImageImportRequest request, Caller caller, CancellationToken cancellationToken) =>
        await FindRunningAsync(request, caller.Project, cancellationToken).ConfigureAwait(false) is { } running
            ? new OperationIntent { ResourceId = running.ResourceId, Existing = running }
            : null;

    private async Task<OperationIntent> BeginAsync(
        ImageImportRequest request, Caller caller, (string Name, Stored<ImageDocument>? Holder) place, CancellationToken cancellationToken)
    {
        if (place.Holder is not { } holder) return Intent(Create(request, caller, place.Name, id: null), images.Insert);
        if (await CanReplaceAsync(holder.Value, cancellationToken).ConfigureAwait(false)) return Intent(Create(request, caller, place.Name, holder.Value.Id), record => images.Update(holder, record));
        if (request.Name is not null) throw NameTaken(place.Name, holder.Value.Id);
        var name = await images.FreeNameAsync(caller.Project, Shortened(place.Name), cancellationToken).ConfigureAwait(false);
        var intent = Intent(Create(request, caller, name, id: null), images.Insert);
        return intent with { Writes = [.. intent.Writes, images.Require(holder)] };
    }

    // With room for a number behind it; half a character is none.
    private static string Shortened(string name)
    {
        const int Longest = MaximumNameLength - 12;
        if (name.Length <= Longest) return name;
        return name[..(char.IsHighSurrogate(name[Longest - 1]) ? Longest - 1 : Longest)];
    }

    private static OperationIntent Intent(ImageDocument record, Func<ImageDocument, StateWrite> write) =>
        new() { ResourceId = record.Id, Writes = [write(record)] };

    private ImageDocument Create(ImageImportRequest request, Caller caller, string name, Guid? id)
    {
        var now = time.GetUtcNow();
        return new ImageDocument
        {
            Id = id ?? Guid.CreateVersion7(now),
            Project = caller.Project,
            Creator = caller.Name,
            Sharing = request.Sharing,
            Name = name,
            Labels = request.Labels,
            Phase = ImagePhase.Importing,
            SourceKey = SourceKey.Of(request),
            Spec = new ImageSpec
            {
                SourceName = request.SourceName,
                Source = Locations.Redact(request.Locations[0]),
                ExpectedDigest = request.ExpectedDigest,
                CatalogId = request.CatalogId,
                OperatingSystem = request.OperatingSystem,
            },
            CreatedAt = now,
        };
    }

    /// <summary>A failed image gives its name to the next try, and so does one whose file somebody took out of the library.</summary>
    private async Task<bool> CanReplaceAsync(ImageDocument image, CancellationToken cancellationToken) => image.Phase == ImagePhase.Failed
        || (image is { Phase: ImagePhase.Ready, Digest: { } digest } && await stores.FindAsync(digest, cancellationToken).ConfigureAwait(false) is null);

    private async Task<Operation?> FindRunningAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        foreach (var image in await FindAsync(request, project, cancellationToken).ConfigureAwait(false))
        {
            if (image.Phase != ImagePhase.Importing || (request.Name ?? image.Name) != image.Name || image.Spec.ExpectedDigest != request.ExpectedDigest) continue;
            var found = await operations.ListAsync(project, image.Id, cancellationToken).ConfigureAwait(false);
            if (found.FirstOrDefault(operation => !OperationStore.HasEnded(operation)) is { } running) return running;
        }

        return null;
    }

    private async Task<IEnumerable<ImageDocument>> FindAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        var found = await images.ListByIndexAsync(ImageTable.SourceIndex, SourceKey.Of(request), cancellationToken).ConfigureAwait(false);
        return found.Where(image => image.Project == project && (request.ExpectedDigest is null || request.ExpectedDigest == image.Spec.ExpectedDigest));
    }

    private static LimiQuantixException NameTaken(string name, Guid holder) => new(
        ErrorCodes.Conflict, $"There is another image named '{Names.Show(name)}'.", "Choose another name, or delete that image first.", holder.ToString());
}
