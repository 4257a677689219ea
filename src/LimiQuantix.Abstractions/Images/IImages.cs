using LimiQuantix.Operations;

namespace LimiQuantix.Images;

/// <summary>The image library and its catalogue.</summary>
public interface IImages : IResources<Image, ImageQuery, ResourceUpdate>
{
    /// <summary>
    /// Imports an image: downloads in parallel ranges, resumes after a crash, hashes in order, decompresses, inspects and only then
    /// puts it into the library. Two imports of the same source share one download.
    /// </summary>
    /// <param name="import">What to import.</param>
    /// <param name="options">Idempotency key.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>, <see cref="ErrorCodes.NotFound"/> (no such catalogue id), <see cref="ErrorCodes.Conflict"/>.
    /// The operation itself may end with <see cref="ErrorCodes.SourceFailed"/>, <see cref="ErrorCodes.ChecksumMismatch"/>,
    /// <see cref="ErrorCodes.NotADiskImage"/>, <see cref="ErrorCodes.UnsupportedFormat"/>, <see cref="ErrorCodes.InsufficientSpace"/>.
    /// </exception>
    Task<OperationHandle<Image>> ImportAsync(ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Gives the ready image of a catalogue id, URL or path, importing it first when the library lacks it.</summary>
    /// <param name="location">A catalogue id (<c>debian-13</c>), an absolute URL or an absolute path.</param>
    /// <param name="options">Who is told of the import's progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">As for <see cref="ImportAsync"/>.</exception>
    Task<Image> EnsureAsync(string location, EnsureOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the ready image that an import would make, importing it first when the library lacks it. With an expected SHA-256 an image
    /// of those bytes is that image, wherever it came from.
    /// </summary>
    /// <param name="import">What is wanted.</param>
    /// <param name="options">Who is told of the import's progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">As for <see cref="ImportAsync"/>.</exception>
    Task<Image> EnsureAsync(ImageImport import, EnsureOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells whether an import would be accepted, and stores nothing. The source is not asked.</summary>
    /// <param name="import">What to import.</param>
    /// <param name="options">As for the import.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ResourcePlan> PlanImportAsync(ImageImport import, ImportOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the catalogue: the built-in entries and the host's own.</summary>
    /// <param name="query">Which entries; all of them without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ImageCatalogEntry>> ListCatalogAsync(ImageCatalogQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an image from the library. Machines made from it are not touched. Deleting what is absent succeeds.</summary>
    /// <param name="image">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="options">Expected generation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: its import has not ended.</exception>
    Task DeleteAsync(ResourceReference image, DeleteImageOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Which images.</summary>
public sealed record ImageQuery : ResourceQuery
{
    /// <summary>In this phase.</summary>
    public ImagePhase? Phase { get; init; }

    /// <summary>Whose stored file has this digest.</summary>
    public ImageDigest? Digest { get; init; }

    /// <summary>From this entry of the catalogue.</summary>
    public string? CatalogId { get; init; }
}

/// <summary>What a caller may add to an import.</summary>
public sealed record ImportOptions : OperationOptions;

/// <summary>What a caller may add to an image's deletion, which is done at once and is no operation.</summary>
public sealed record DeleteImageOptions
{
    /// <summary>The <see cref="IResource.Generation"/> that the image must still have, otherwise <see cref="ErrorCodes.VersionMismatch"/>.</summary>
    public long? ExpectedGeneration { get; init; }
}

/// <summary>Which entries of the catalogue. What is not set does not matter; what is set must all hold.</summary>
public sealed record ImageCatalogQuery
{
    /// <summary>A part of the id or of the name, in any case.</summary>
    public string? Text { get; init; }

    /// <summary>The distribution, such as <c>debian</c>.</summary>
    public string? Distribution { get; init; }

    /// <summary>The architecture as the kernel names it, such as <c>x86_64</c>.</summary>
    public string? Architecture { get; init; }
}
