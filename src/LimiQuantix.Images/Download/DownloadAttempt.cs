using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Operations;
using LimiQuantix.Providers;
using Microsoft.Extensions.Logging;
using Polly;

namespace LimiQuantix.Images.Download;

/// <summary>What makes the parts of a download one file.</summary>
internal enum DownloadUnity
{
    /// <summary>Every part says that it is of the same version.</summary>
    SameVersion,

    /// <summary>The digest of the whole.</summary>
    Digest,

    /// <summary>That it comes in one stream.</summary>
    OneStream,
}

/// <summary>
/// One attempt at downloading a file from one location: in parallel ranges where the source has them, otherwise, or when it turns out not to
/// have them after all, in one stream.
/// </summary>
internal sealed partial class DownloadAttempt(
    IImageSource source,
    string location,
    DownloadRequest request,
    DownloadUnity unity,
    ImageLibrary library,
    KeptDownloads kept,
    ImageLibraryOptions options,
    TimeProvider time,
    Action<OperationProgress> report,
    ILogger logger)
{
    private TransferProgress? _progress;

    /// <summary>Probes, downloads and verifies.</summary>
    public async Task<DownloadedFile> RunAsync(CancellationToken cancellationToken)
    {
        report(new OperationProgress { Step = "probe" });
        var retry = TransientRetry.Create(options.Retry, time, TellRetry);
        var info = await retry.ExecuteAsync(
            async token => await source.ProbeAsync(new ProbeImageRequest { Location = location, Trust = request.Trust }, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (info.LengthBytes > options.MaximumImageBytes) throw DownloadFailures.TooLarge(options.MaximumImageBytes);

        using var digest = new InOrderDigest(request.ExpectedDigest);
        var canKeep = unity != DownloadUnity.OneStream && info.LengthBytes > 0 && (info.Validator ?? request.ExpectedDigest?.Hex) is not null;
        var partial = canKeep ? OpenPartial(info) : CreatePartial();
        try
        {
            var length = await ReceiveAsync(info, partial, digest, retry, cancellationToken).ConfigureAwait(false);
            report(new OperationProgress { Step = "verify", Completed = length, Total = length });
            var (sha256, comparable) = digest.Finish();
            if (request.ExpectedDigest is { } expected && expected != comparable)
                throw DownloadFailures.WrongDigest(expected, comparable, Locations.Redact(location));
            await partial.CompleteAsync(length).ConfigureAwait(false);
            return new DownloadedFile { Path = library.PartialPath(request.ImageId), LengthBytes = length, Sha256 = sha256 };
        }
        finally
        {
            await partial.DisposeAsync().ConfigureAwait(false);
        }
    }

    private PartialDownload OpenPartial(ImageSourceInfo info)
    {
        var plan = Plan(info, options.ChunkBytes);
        if (!File.Exists(library.JournalPath(request.ImageId))) kept.TryTake(request.ImageId, JournalHeader.Of(plan));
        return PartialDownload.Open(library.PartialPath(request.ImageId), library.JournalPath(request.ImageId), plan);
    }

    private PartialDownload CreatePartial()
    {
        File.Delete(library.JournalPath(request.ImageId));
        return PartialDownload.Create(library.PartialPath(request.ImageId));
    }

    private DownloadPlan Plan(ImageSourceInfo info, int chunkBytes) => new()
    {
        SourceKey = Locations.KeyOf(location, request.SourceName),
        LengthBytes = info.LengthBytes ?? 0,
        ChunkBytes = chunkBytes,
        Validator = info.Validator,
        RangeValidator = unity == DownloadUnity.SameVersion ? info.Validator : null,
        ExpectedDigest = request.ExpectedDigest,
    };

    private async Task<long> ReceiveAsync(
        ImageSourceInfo info, PartialDownload partial, InOrderDigest digest, ResiliencePipeline retry, CancellationToken cancellationToken)
    {
        var plan = Plan(info, partial.ChunkBytes ?? options.ChunkBytes);
        if (partial.KnownChunks > 0) LogResume(partial.KnownChunks, plan.ChunkCount);
        EnsureFree(plan.LengthBytes - ((long)partial.KnownChunks * plan.ChunkBytes));
        if (!partial.IsJournaled || !info.SupportsRanges) return await InOneStreamAsync(info, partial, digest, retry, cancellationToken).ConfigureAwait(false);
        try
        {
            _progress = new TransferProgress("download", plan.LengthBytes, time, report);
            using var route = new SourceRoute(source, new ProbeImageRequest { Location = location, Trust = request.Trust }, info, mustHaveValidator: plan.RangeValidator is not null);
            await new ChunkedDownload(source, route, plan, partial, digest, retry, _progress).RunAsync(options.Parallelism, cancellationToken).ConfigureAwait(false);
            _progress.Finish();
            return plan.LengthBytes;
        }
        catch (LimiQuantixException error) when (error is { Code: ErrorCodes.SourceFailed, IsTransient: false })
        {
            LogNoRanges(error.Message, error.Target);
            return await InOneStreamAsync(info, partial, digest, retry, cancellationToken).ConfigureAwait(false);
        }
    }

    private void EnsureFree(long neededBytes)
    {
        kept.MakeRoom(neededBytes + options.ReservedFreeBytes);
        library.EnsureFree(neededBytes, options.ReservedFreeBytes);
    }

    /// <summary>In one stream, begun anew when it breaks; chunks that came are kept where something tells that they belong together.</summary>
    private async Task<long> InOneStreamAsync(
        ImageSourceInfo info, PartialDownload partial, InOrderDigest digest, ResiliencePipeline retry, CancellationToken cancellationToken)
    {
        // Where ranges failed, the location itself may lead to another place now.
        var place = _progress is null ? info.Location : location;
        // When the versions change all the time, this one need not have the length of the one that was probed.
        var expected = unity == DownloadUnity.OneStream ? null : info.LengthBytes;
        return await retry.ExecuteAsync(ReceiveAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<long> ReceiveAsync(CancellationToken token)
        {
            while (true)
            {
                var known = partial.KnownChunks;
                try
                {
                    return await ReceiveOnceAsync(token).ConfigureAwait(false);
                }
                catch (LimiQuantixException error) when (error.IsTransient && partial.KnownChunks > known)
                {
                    // It came farther than before: that is worth another try, however often it happens.
                }
            }
        }

        async ValueTask<long> ReceiveOnceAsync(CancellationToken token)
        {
            if (_progress is not null) partial.BeginAgain();
            digest.Reset();
            _progress = new TransferProgress("download", info.LengthBytes, time, report);
            var opening = new ImageRangeRequest { Location = place, Trust = request.Trust, Validator = unity == DownloadUnity.SameVersion ? info.Validator : null };
            place = location;
            var length = await new SequentialDownload(source, partial, digest, _progress)
                .RunAsync(opening, expected, partial.ChunkBytes ?? options.ChunkBytes, options.MaximumImageBytes, token).ConfigureAwait(false);
            _progress.Finish();
            return length;
        }
    }

    private void TellRetry(LimiQuantixError error, TimeSpan delay)
    {
        LogRetry(error.Message, error.Target, delay.TotalSeconds);
        var now = _progress?.Now() ?? new OperationProgress { Step = "probe" };
        report(now with { Message = RetryMessage.Of(error, delay) });
    }

    [LoggerMessage(3, LogLevel.Information, "Trying again in {Seconds:0.0} s: {Reason} ({Target})")]
    private partial void LogRetry(string reason, string? target, double seconds);

    [LoggerMessage(4, LogLevel.Information, "An earlier download is resumed: {Known} of {All} chunks are here")]
    private partial void LogResume(int known, int all);

    [LoggerMessage(6, LogLevel.Information, "The source has no ranges after all, so one stream is used: {Reason} ({Target})")]
    private partial void LogNoRanges(string reason, string? target);
}
