using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Images.Sources;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>Turns what a caller wants imported into a stored operation, or finds the one, or the image, that is there already.</summary>
internal sealed class ImageImports(
    ResourceTable<ImageDocument> images,
    IOperationQueue queue,
    OperationStore operations,
    ImageCatalog catalog,
    ImageLibrary library,
    TimeProvider time)
{
    private const int MaximumNameLength = 128;

    /// <summary>Looks up and checks what a caller wrote.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>, <see cref="ErrorCodes.NotFound"/>.</exception>
    public async Task<ImageImportRequest> ResolveAsync(ImageImport import, CancellationToken cancellationToken)
    {
        if (import.Name is { } name && (name.Length is 0 or > MaximumNameLength || Names.HasControlCharacter(name)))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{Names.Show(name)}' is no name for an image.", $"Use 1 to {MaximumNameLength} printable characters.", "Name");
        }

        ArgumentNullException.ThrowIfNull(import.Location);
        var entry = CatalogFile.IsId(import.Location) ? await catalog.GetAsync(import.Location, cancellationToken).ConfigureAwait(false) : null;
        var digest = import.ExpectedDigest ?? entry?.Digest;
        return new ImageImportRequest
        {
            Locations = [.. (entry?.Locations ?? [import.Location]).Select(location => Locations.Parse(location).AbsoluteUri)],
            Name = import.Name,
            ExpectedDigest = digest,
            ChecksumLocation = digest is null && entry?.ChecksumLocation is { } checksum ? Locations.Parse(checksum).AbsoluteUri : null,
            CatalogId = entry?.Id,
            OperatingSystem = import.OperatingSystem ?? entry?.OperatingSystem ?? new(),
        };
    }

    /// <summary>The ready image of a source, or of the expected SHA-256 wherever it came from, when the library has its file.</summary>
    public async Task<ImageDocument?> FindReadyAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        var found = await FindAsync(request, project, cancellationToken).ConfigureAwait(false);
        if (request.ExpectedDigest is { Algorithm: "sha256" } expected)
        {
            var same = await images.ListByIndexAsync(ImageTable.DigestIndex, expected.Hex, cancellationToken).ConfigureAwait(false);
            found = same.Where(image => image.Project == project).Concat(found);
        }

        return found.LastOrDefault(image =>
            image is { Phase: ImagePhase.Ready, Digest: { } digest } && File.Exists(library.PathOf(digest, image.Format)));
    }

    /// <summary>Stores the operation. An import of the same source that is under way is joined, unless a name or key tells them apart.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the name is another image's, or the key another request's.</exception>
    public Task<Operation> SubmitAsync(
        ImageImportRequest request, Caller caller, OperationOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        new OperationRequest { Kind = ImageImportKind.OperationKind, Caller = caller, Target = null, Request = request, Options = options },
        token => PrepareAsync(request, caller, mayJoin: options?.IdempotencyKey is null, token),
        cancellationToken);

    private async Task<OperationIntent> PrepareAsync(ImageImportRequest request, Caller caller, bool mayJoin, CancellationToken cancellationToken)
    {
        if (mayJoin && await FindRunningAsync(request, caller.Project, cancellationToken).ConfigureAwait(false) is { } running)
            return new OperationIntent { ResourceId = running.ResourceId, Existing = running };
        var name = request.Name ?? request.CatalogId ?? Locations.FileName(new Uri(request.Locations[0])) ?? "image";
        var holder = await images.FindByNameAsync(caller.Project, name, cancellationToken).ConfigureAwait(false);
        var replaced = holder is not null && CanReplace(holder.Value) ? holder : null;
        if (holder is not null && replaced is null)
        {
            if (request.Name is not null) throw NameTaken(name, holder.Value.Id);
            name = await images.FreeNameAsync(caller.Project, name, cancellationToken).ConfigureAwait(false);
        }

        var record = Create(request, caller.Project, name, replaced?.Value.Id);
        return new OperationIntent { ResourceId = record.Id, Writes = [replaced is null ? images.Insert(record) : images.Update(replaced, record)] };
    }

    private ImageDocument Create(ImageImportRequest request, string project, string name, Guid? id)
    {
        var now = time.GetUtcNow();
        return new ImageDocument
        {
            Id = id ?? Guid.CreateVersion7(now),
            Project = project,
            Name = name,
            Phase = ImagePhase.Importing,
            Source = Locations.Redact(new Uri(request.Locations[0])),
            SourceKey = SourceKey.Of(request),
            ExpectedDigest = request.ExpectedDigest,
            CatalogId = request.CatalogId,
            OperatingSystem = request.OperatingSystem,
            CreatedAt = now,
        };
    }

    /// <summary>A failed image gives its name to the next try, and so does one whose file somebody took out of the library.</summary>
    private bool CanReplace(ImageDocument image) => image.Phase == ImagePhase.Failed
        || (image is { Phase: ImagePhase.Ready, Digest: { } digest } && !File.Exists(library.PathOf(digest, image.Format)));

    private async Task<Operation?> FindRunningAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        foreach (var image in await FindAsync(request, project, cancellationToken).ConfigureAwait(false))
        {
            if (image.Phase != ImagePhase.Importing || (request.Name ?? image.Name) != image.Name || image.ExpectedDigest != request.ExpectedDigest) continue;
            var found = await operations.ListAsync(project, image.Id, cancellationToken).ConfigureAwait(false);
            if (found.FirstOrDefault(operation => !OperationStore.HasEnded(operation)) is { } running) return running;
        }

        return null;
    }

    private async Task<IEnumerable<ImageDocument>> FindAsync(ImageImportRequest request, string project, CancellationToken cancellationToken)
    {
        var found = await images.ListByIndexAsync(ImageTable.SourceIndex, SourceKey.Of(request), cancellationToken).ConfigureAwait(false);
        return found.Where(image => image.Project == project && (request.ExpectedDigest is null || request.ExpectedDigest == image.ExpectedDigest));
    }

    private static LimiQuantixException NameTaken(string name, Guid holder) => new(
        ErrorCodes.Conflict, $"There is another image named '{Names.Show(name)}'.", "Choose another name, or delete that image first.", holder.ToString());
}
