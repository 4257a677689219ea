using LimiQuantix.Disks;
using LimiQuantix.Images;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Operations;
using LimiQuantix.Providers;
using Microsoft.Extensions.Logging;
using Polly;

namespace LimiQuantix.Images.Download;

/// <summary>
/// Downloads a file from the first location that gives it whole and with the right digest. What an interrupted download left is
/// gone on with; what failed for good is the caller's to delete.
/// </summary>
internal sealed partial class ImageDownloader(
    ImageSources sources, ImageLibrary library, ImageLibraryOptions options, TimeProvider time, ILogger<ImageDownloader> logger)
{
    private const int MaximumRestarts = 3;

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
            catch (LimiQuantixException error) when (error.Code is not ErrorCodes.InsufficientSpace && request.Locations.Count > 1)
            {
                LogMirrorFailed(error, Locations.Redact(location));
                failures.Add(error);
            }
        }

        throw new LimiQuantixException(failures[0].Error, new AggregateException(failures));
    }

    private async Task<DownloadedFile> DownloadFromAsync(
        DownloadRequest request, Uri location, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        for (var restarts = 0; ; restarts++)
        {
            var hadChunks = File.Exists(library.JournalPath(request.ImageId));
            try
            {
                return await AttemptAsync(request, location, report, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException error) when (restarts < MaximumRestarts && IsMendedByRestart(error, hadChunks))
            {
                LogRestart(error, Locations.Redact(location));
                library.DeletePartials(request.ImageId);
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

    private async Task<DownloadedFile> AttemptAsync(
        DownloadRequest request, Uri location, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        report(new OperationProgress { Step = "probe" });
        var source = await sources.GetAsync(location, cancellationToken).ConfigureAwait(false);
        var retry = TransientRetry.Create(options.Retry, time, (error, delay) => LogRetry(error.Message, error.Target, delay.TotalSeconds));
        var info = await retry.ExecuteAsync(
            async token => await source.ProbeAsync(new ProbeImageRequest { Location = location, Trust = request.Trust }, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (info.LengthBytes > options.MaximumImageBytes) throw DownloadFailures.TooLarge(options.MaximumImageBytes);

        using var digest = new InOrderDigest(request.ExpectedDigest);
        var canResume = info is { SupportsRanges: true, LengthBytes: > 0 } && (info.Validator ?? request.ExpectedDigest?.Hex) is not null;
        var partial = canResume ? OpenPartial(request, location, info) : null;
        try
        {
            long length;
            if (partial is null)
            {
                (partial, length) = await ReceiveAsync(source, request, info, digest, retry, report, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var plan = Plan(request, location, info, partial.ChunkBytes ?? options.ChunkBytes);
                await ReceiveRangesAsync(source, plan, partial, digest, retry, report, cancellationToken).ConfigureAwait(false);
                length = plan.LengthBytes;
            }

            report(new OperationProgress { Step = "verify", Completed = length, Total = length });
            var (sha256, comparable) = digest.Finish();
            if (request.ExpectedDigest is { } expected && expected != comparable)
                throw DownloadFailures.WrongDigest(expected, comparable, Locations.Redact(location));
            await partial.CompleteAsync(length).ConfigureAwait(false);
            return new DownloadedFile { Path = library.PartialPath(request.ImageId), LengthBytes = length, Sha256 = sha256 };
        }
        finally
        {
            if (partial is not null) await partial.DisposeAsync().ConfigureAwait(false);
        }
    }

    private PartialDownload OpenPartial(DownloadRequest request, Uri location, ImageSourceInfo info) => PartialDownload.Open(
        library.PartialPath(request.ImageId), library.JournalPath(request.ImageId), Plan(request, location, info, options.ChunkBytes));

    private static DownloadPlan Plan(DownloadRequest request, Uri location, ImageSourceInfo info, int chunkBytes) => new()
    {
        Location = info.Location,
        Trust = request.Trust,
        SourceKey = Locations.KeyOf(location),
        LengthBytes = info.LengthBytes ?? 0,
        ChunkBytes = chunkBytes,
        Validator = info.Validator,
        ExpectedDigest = request.ExpectedDigest,
    };

    private async Task ReceiveRangesAsync(
        IImageSource source,
        DownloadPlan plan,
        PartialDownload partial,
        InOrderDigest digest,
        ResiliencePipeline retry,
        Action<OperationProgress> report,
        CancellationToken cancellationToken)
    {
        if (partial.KnownChunks > 0) LogResume(partial.KnownChunks, plan.ChunkCount);
        library.EnsureFree(plan.LengthBytes - ((long)partial.KnownChunks * plan.ChunkBytes), options.ReservedFreeBytes);
        var progress = new TransferProgress("download", plan.LengthBytes, time, report);
        await new ChunkedDownload(source, plan, partial, digest, retry, progress).RunAsync(options.Parallelism, cancellationToken).ConfigureAwait(false);
        progress.Finish();
    }

    private async Task<(PartialDownload Partial, long Length)> ReceiveAsync(
        IImageSource source,
        DownloadRequest request,
        ImageSourceInfo info,
        InOrderDigest digest,
        ResiliencePipeline retry,
        Action<OperationProgress> report,
        CancellationToken cancellationToken)
    {
        library.EnsureFree(info.LengthBytes ?? 0, options.ReservedFreeBytes);
        PartialDownload? partial = null;
        try
        {
            var length = await retry.ExecuteAsync(ReceiveOnceAsync, cancellationToken).ConfigureAwait(false);
            return (partial!, length);
        }
        catch
        {
            if (partial is not null) await partial.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        // Without ranges a broken download begins at the beginning.
        async ValueTask<long> ReceiveOnceAsync(CancellationToken token)
        {
            if (partial is not null) await partial.DisposeAsync().ConfigureAwait(false);
            digest.Reset();
            File.Delete(library.JournalPath(request.ImageId));
            partial = PartialDownload.Create(library.PartialPath(request.ImageId));
            var progress = new TransferProgress("download", info.LengthBytes, time, report);
            var length = await new SequentialDownload(source, request.Trust, partial, digest, progress)
                .RunAsync(info, options.ChunkBytes, options.MaximumImageBytes, token).ConfigureAwait(false);
            progress.Finish();
            return length;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The location {Location} did not give the image; the next one is tried")]
    private partial void LogMirrorFailed(Exception error, string location);

    [LoggerMessage(2, LogLevel.Warning, "The download from {Location} begins anew")]
    private partial void LogRestart(Exception error, string location);

    [LoggerMessage(3, LogLevel.Information, "Trying again in {Seconds:0.0} s: {Reason} ({Target})")]
    private partial void LogRetry(string reason, string? target, double seconds);

    [LoggerMessage(4, LogLevel.Information, "An earlier download is resumed: {Known} of {All} chunks are here")]
    private partial void LogResume(int known, int all);
}
