using System.Runtime.ExceptionServices;
using LimiQuantix.Disks;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Operations;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Download;

/// <summary>
/// Downloads a file from the first location that gives it whole and with the right digest. What an interrupted download left is
/// gone on with; what failed for good is the caller's to delete.
/// </summary>
internal sealed partial class ImageDownloader(
    ImageSources sources, ImageLibrary library, ImageLibraryOptions options, TimeProvider time, ILogger<ImageDownloader> logger)
{
    private const int MaximumRestarts = 3;

    /// <summary>What is left of downloads that failed for a passing reason.</summary>
    public KeptDownloads Kept { get; } = new(library, options, time);

    /// <summary>Downloads and verifies.</summary>
    /// <exception cref="LimiQuantixException">The first location's error when all failed, or one that no other location mends.</exception>
    public async Task<DownloadedFile> DownloadAsync(DownloadRequest request, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var failures = new List<LimiQuantixException>();
        foreach (var location in request.Locations)
        {
            try
            {
                return await DownloadFromAsync(request, location, report, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException error) when (error.Code is not ErrorCodes.InsufficientSpace)
            {
                if (request.Locations.Count > 1) LogMirrorFailed(error.Trace(), error.Reason(), Locations.Redact(location));
                failures.Add(error);
            }
        }

        // What came before a passing failure is the next import's to go on with.
        if (failures.Any(error => error.IsTransient) && Kept.Keep(request.ImageId)) LogKept(request.ImageId);
        if (failures is [var only]) ExceptionDispatchInfo.Throw(only);
        throw new LimiQuantixException(failures[0].Error, new AggregateException(failures));
    }

    private async Task<DownloadedFile> DownloadFromAsync(
        DownloadRequest request, string location, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var source = await sources.GetAsync(location, request.SourceName, isPreference: false, cancellationToken).ConfigureAwait(false);
        var unity = DownloadUnity.SameVersion;
        for (var restarts = 0; ; restarts++)
        {
            var hadChunks = File.Exists(library.JournalPath(request.ImageId));
            try
            {
                var attempt = new DownloadAttempt(source, location, request, unity, library, Kept, options, time, report, logger);
                return await attempt.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException error) when (restarts < MaximumRestarts && IsMendedByRestart(error, hadChunks))
            {
                LogRestart(error.Trace(), error.Reason(), Locations.Redact(location));
                var isConflict = error.Code == ErrorCodes.Conflict;
                // Chunks of another version count only where a digest judges the whole.
                if (!isConflict || request.ExpectedDigest is null) library.DeletePartials(request.ImageId);
                if (isConflict) unity = Less(unity, hasDigest: request.ExpectedDigest is not null, restarts);
            }
            catch (IOException error) when (DurableFile.IsDiskFull(error))
            {
                throw DownloadFailures.DiskFull(library.Directory, error);
            }
        }
    }

    // A file that changed begins anew; so does one whose earlier chunks may have been of another version.
    private static bool IsMendedByRestart(LimiQuantixException error, bool hadChunks) =>
        error.Code == ErrorCodes.Conflict || (error.Code == ErrorCodes.ChecksumMismatch && hadChunks);

    // Once a file may have changed just then. Twice it is a server of several back ends, each with a name of its own for the same bytes.
    private static DownloadUnity Less(DownloadUnity unity, bool hasDigest, int restarts) =>
        hasDigest && unity == DownloadUnity.SameVersion ? DownloadUnity.Digest : restarts > 0 ? DownloadUnity.OneStream : unity;

    [LoggerMessage(1, LogLevel.Warning, "The location {Location} did not give the image; the next one is tried: {Reason}")]
    private partial void LogMirrorFailed(Exception? error, string reason, string location);

    [LoggerMessage(2, LogLevel.Warning, "The download from {Location} begins anew: {Reason}")]
    private partial void LogRestart(Exception? error, string reason, string location);

    [LoggerMessage(5, LogLevel.Information, "What was downloaded of image {ImageId} is kept for the next import of the same file")]
    private partial void LogKept(Guid imageId);
}
