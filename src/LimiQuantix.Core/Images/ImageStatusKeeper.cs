using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Images;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images;

/// <summary>What was seen of an image last.</summary>
internal sealed record ImageStatusDocument : StatusDocument
{
    /// <summary>The phase in which it was seen so.</summary>
    public ImagePhase Phase { get; init; }

    /// <summary>How far its import is.</summary>
    public OperationProgress? Progress { get; init; }

    /// <summary>Whether the store does not have the file of a ready image.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The generation of the spec that it is the outcome of.</summary>
    public long AppliedGeneration { get; init; }
}

/// <summary>
/// Writes what is seen of the images, as the leader: how far an import is, at most every second, and whether the store has the files of those that are ready,
/// with each change of their records and every ten minutes.
/// </summary>
internal sealed partial class ImageStatusKeeper(
    ResourceTable<ImageDocument> images, StatusTable<ImageStatusDocument> statuses, ImageStores stores, TimeProvider time, ILogger<ImageStatusKeeper> logger) : IEngineService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ObserveTimeout = TimeSpan.FromSeconds(30);

    private readonly RepeatedFailures _failures = new(time);

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks = [FollowAsync(fence, ending.Token), LookAtAllAsync(fence, ending.Token)];
        try
        {
            await (await Task.WhenAny(tasks).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Shows images as they were seen last; nobody is asked.</summary>
    public async Task<IReadOnlyList<Image>> ShowAsync(IReadOnlyList<ImageDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await statuses.FindAsync(documents.Select(document => document.Id), cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => document.ToImage(seen[index]))];
    }

    /// <summary>Shows an image as its store has it now; where that does not answer, as it was seen last.</summary>
    public async Task<Image> ObserveAsync(ImageDocument document, CancellationToken cancellationToken)
    {
        var last = await statuses.FindAsync(document.Id, cancellationToken).ConfigureAwait(false);
        var now = await SeeAsync(document, last?.Value, cancellationToken).ConfigureAwait(false);
        return document.ToImage(new Stored<ImageStatusDocument> { Value = now, Version = last?.Version ?? 0, Json = default });
    }

    /// <summary>Gives who is told of an import's progress, and writes it now and then. What cannot be written is told again a moment later.</summary>
    public ImageProgress Follow(Guid imageId, StateLease fence) => new(this, imageId, fence);

    private async Task FollowAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var change in images.WatchAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Value is null) await statuses.DeleteAsync(change.Id, fence, cancellationToken).ConfigureAwait(false);
            else if (change.Value.Phase != ImagePhase.Importing) await LookAsync(change.Id, fence, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAtAllAsync(StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var image in await images.ListAsync(null, cancellationToken).ConfigureAwait(false))
            {
                if (image.Phase != ImagePhase.Importing) await LookAsync(image.Id, fence, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(Guid id, StateLease fence, CancellationToken cancellationToken)
    {
        try
        {
            for (var isWritten = false; !isWritten;)
            {
                if (await images.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored || stored.Value.Phase == ImagePhase.Importing) return;
                var last = await statuses.FindAsync(id, cancellationToken).ConfigureAwait(false);
                var seen = await SeeAsync(stored.Value, last?.Value, cancellationToken).ConfigureAwait(false);
                isWritten = await statuses.WriteAsync(last, seen, fence, images.KeyOf(id), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LimiQuantixException exception)
        {
            var (level, trace, reason) = _failures.Judge(this, exception);
            LogNotWritten(level, trace, reason, id);
        }
    }

    private async Task<ImageStatusDocument> SeeAsync(ImageDocument document, ImageStatusDocument? last, CancellationToken cancellationToken)
    {
        var seen = new ImageStatusDocument { Id = document.Id, Phase = document.Phase };
        if (document.Phase == ImagePhase.Importing) return seen with { Progress = last?.Progress, ObservedAt = last?.ObservedAt };
        if (document is not { Phase: ImagePhase.Ready, Digest: { } digest }) return seen with { ObservedAt = time.GetUtcNow() };
        seen = seen with { AppliedGeneration = document.Generation };
        using var deadline = new CancellationTokenSource(ObserveTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var isMissing = await stores.FindAsync(digest, both.Token).ConfigureAwait(false) is null;
            return seen with { IsMissing = isMissing, ObservedAt = time.GetUtcNow() };
        }
        catch (LimiQuantixException exception)
        {
            return Unseen(exception.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unseen(new LimiQuantixError { Code = ErrorCodes.Timeout, Message = "The image store does not answer.", IsTransient = true });
        }

        ImageStatusDocument Unseen(LimiQuantixError error) => seen with { IsMissing = last?.IsMissing ?? false, ObservedAt = last?.ObservedAt, ObservationError = error };
    }

    private async Task WriteAsync(Guid id, OperationProgress progress, StateLease fence, CancellationToken cancellationToken)
    {
        var last = await statuses.FindAsync(id, cancellationToken).ConfigureAwait(false);
        var now = new ImageStatusDocument { Id = id, Phase = ImagePhase.Importing, Progress = progress, ObservedAt = time.GetUtcNow() };
        await statuses.WriteAsync(last, now, fence, images.KeyOf(id), cancellationToken).ConfigureAwait(false);
    }

    private Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(ProgressInterval, time, cancellationToken);

    [LoggerMessage(EventId = 1, Message = "What is seen of image {Id} could not be written; it is looked at again later: {Reason}")]
    private partial void LogNotWritten(LogLevel level, Exception? exception, string reason, Guid id);

    /// <summary>Writes an import's progress, the newest at most once in a while, until it is disposed.</summary>
    internal sealed class ImageProgress : IAsyncDisposable
    {
        private readonly ImageStatusKeeper _keeper;
        private readonly CancellationTokenSource _ending = new();
        private readonly SemaphoreSlim _told = new(0, 1);
        private readonly Task _writing;
        private OperationProgress? _newest;

        public ImageProgress(ImageStatusKeeper keeper, Guid imageId, StateLease fence)
        {
            _keeper = keeper;
            _writing = WriteAsync(imageId, fence, _ending.Token);
        }

        public void Report(OperationProgress progress)
        {
            if (Interlocked.Exchange(ref _newest, progress) is null) _told.Release();
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync().ConfigureAwait(false);
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
            _told.Dispose();
        }

        private async Task WriteAsync(Guid imageId, StateLease fence, CancellationToken cancellationToken)
        {
            while (true)
            {
                await _told.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    await _keeper.WriteAsync(imageId, Interlocked.Exchange(ref _newest, null)!, fence, cancellationToken).ConfigureAwait(false);
                }
                catch (LimiQuantixException exception)
                {
                    var (level, trace, reason) = _keeper._failures.Judge(_keeper, exception);
                    _keeper.LogNotWritten(level, trace, reason, imageId);
                }

                await _keeper.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
