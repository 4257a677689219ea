using LimiQuantix.Operations;

namespace LimiQuantix.Images;

/// <summary>The image library and its catalogue.</summary>
public interface IImages
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
    Task<OperationHandle<Image>> ImportAsync(ImageImport import, OperationOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Gives the ready image of a catalogue id, URL or path, importing it first when the library lacks it.</summary>
    /// <param name="location">A catalogue id (<c>debian-13</c>), an absolute URL or an absolute path.</param>
    /// <param name="progress">Told of the import's progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">As for <see cref="ImportAsync"/>.</exception>
    Task<Image> EnsureAsync(string location, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the ready image that an import would make, importing it first when the library lacks it. With an expected SHA-256 an image
    /// of those bytes is that image, wherever it came from.
    /// </summary>
    /// <param name="import">What is wanted.</param>
    /// <param name="progress">Told of the import's progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">As for <see cref="ImportAsync"/>.</exception>
    Task<Image> EnsureAsync(ImageImport import, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Gives one image.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Image> GetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists the images of the caller's project.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Image>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the catalogue: the built-in entries and the host's own.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ImageCatalogEntry>> ListCatalogAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes an image from the library. Machines made from it are not touched. Deleting what is absent succeeds.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: its import has not ended.</exception>
    Task DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
