using LimiQuantix.Jobs;

namespace LimiQuantix.Images;

/// <summary>
/// One node's image library: it fetches images, keeps each once, named by the SHA-256 of its file, and gives them out. Which images there are is the engine's to
/// know; the store knows files. It is no backing of machines' disks: a pool makes a base of its own out of an image.
/// <para>
/// An image comes in two moves, so that no file is in the store that nobody knows of: a job fetches and inspects it (<see cref="ImportAsync"/>), the engine notes
/// its digest, and <see cref="CommitAsync"/> gives it its name. It goes in two moves as well: <see cref="SetAsideAsync"/> takes it out, the engine looks
/// once more whether an image has it, and <see cref="DeleteAsync"/> or <see cref="RestoreAsync"/> ends that. Each move may be repeated.
/// </para>
/// What changes something answers <see cref="ErrorCodes.Fenced"/> to a <see cref="ProviderCall"/> that is lower than one that was heard.
/// </summary>
public interface IImageStore : IProvider
{
    /// <summary>Says how large and how full the store is.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ImageStoreStatus> GetStatusAsync(GetImageStoreStatusRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins to fetch an image, as a job (see <see cref="IProviderJobs"/>, which every store has as a capability): download, verify, decompress, inspect. It succeeds
    /// with an <see cref="ImageImportResult"/>; the file then waits for <see cref="CommitAsync"/>. What came of it stays with the import's id, also when the
    /// job fails, is cancelled or is lost, and the next job of that import goes on with it, until it is discarded.
    /// </summary>
    /// <param name="request">The import, and the job.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: the job's id has another definition; <see cref="ErrorCodes.InvalidArgument"/>. The job's own error may be
    /// <see cref="ErrorCodes.NotFound"/>, <see cref="ErrorCodes.PermissionDenied"/>, <see cref="ErrorCodes.SourceFailed"/>, <see cref="ErrorCodes.ChecksumMismatch"/>,
    /// <see cref="ErrorCodes.NotADiskImage"/>, <see cref="ErrorCodes.UnsupportedFormat"/>, <see cref="ErrorCodes.InsufficientSpace"/> and others.
    /// </exception>
    Task<JobObservation> ImportAsync(ImportToStoreRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives what an import fetched its name in the store. Succeeds when the store has the file already.</summary>
    /// <param name="request">The import, and what it came to.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: neither the import nor the store has it; <see cref="ErrorCodes.Conflict"/>: the import came to another file.
    /// </exception>
    Task<CommitImportResult> CommitAsync(CommitImportRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes what an import left. Succeeds when there is nothing; the store's files are not touched.</summary>
    /// <param name="request">The import.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DiscardImportResult> DiscardAsync(DiscardImportRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists the imports that have left something.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<ImportObservation> ListImportsAsync(ListImportsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Says whether the store has a file; one that is set aside it does not have.</summary>
    /// <param name="request">The file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FindStoredImageResult> FindAsync(FindStoredImageRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists the files, and those that are set aside.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<StoredImageObservation> ListAsync(ListStoredImagesRequest request, CancellationToken cancellationToken = default);

    /// <summary>Opens a file's bytes, or a range of them. The stream ends early only by throwing.</summary>
    /// <param name="request">What to open.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.InvalidArgument"/>: a range that is not there.</exception>
    Task<Stream> OpenAsync(OpenStoredImageRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a file out of the store without deleting it: it is found no more, and may be committed anew meanwhile. Succeeds when the store does not have it.
    /// </summary>
    /// <param name="request">The file, and a name for its absence.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<SetAsideResult> SetAsideAsync(SetAsideRequest request, CancellationToken cancellationToken = default);

    /// <summary>Puts back what was set aside under a name, unless the file was committed anew. Succeeds when there is nothing.</summary>
    /// <param name="request">The file and the name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RestoreStoredImageResult> RestoreAsync(RestoreStoredImageRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes what was set aside under a name, and nothing else. Succeeds when there is nothing.</summary>
    /// <param name="request">The file and the name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeleteStoredImageResult> DeleteAsync(DeleteStoredImageRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks for disk images in a folder of the store's node. It reads headers and opens nothing for writing; what cannot be read is told as an item with an error.
    /// Pipes, sockets, devices and what links lead to outside the folder are not opened.
    /// </summary>
    /// <param name="request">The folder.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: there is no such folder; <see cref="ErrorCodes.PermissionDenied"/>; <see cref="ErrorCodes.InvalidArgument"/>: no absolute path.
    /// </exception>
    IAsyncEnumerable<ScannedImage> ScanAsync(ScanImagesRequest request, CancellationToken cancellationToken = default);
}
