using LimiQuantix.Jobs;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core.Jobs;

/// <summary>
/// Ensures a provider's job and follows it to its end. The deadline is of silence: a job may take as long as it shows signs of life. Ending
/// the token leaves the job alone, to be re-attached to; only <see cref="CancelAsync"/> ends it.
/// </summary>
internal sealed class ProviderJobRunner(IOptions<LimiQuantixOptions> options, TimeProvider time, ILogger<ProviderJobRunner> logger)
{
    private const int MaximumGenerations = 100;

    /// <summary>How long a cancelled job may take to end before it is left to itself.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(30);

    /// <returns>The end of a job that succeeded.</returns>
    /// <exception cref="LimiQuantixException">
    /// What the job failed with; <see cref="ErrorCodes.Timeout"/>: it was silent for too long and was cancelled;
    /// <see cref="ErrorCodes.Unavailable"/>, transient: it was lost, or cancelled by somebody else.
    /// </exception>
    public async Task<JobObservation> RunAsync(ProviderJob job, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.Value.JobSilenceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        Guid id = default;
        try
        {
            (id, var known) = await ChooseAsync(job, either.Token).ConfigureAwait(false);
            job.Chosen?.Invoke(id);
            var begun = known ?? await job.Begin(id, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            if (known is null) logger.Began(job.What, id);
            else logger.Reattached(job.What, id);
            var end = begun.HasEnded ? begun : await FollowAsync(job, begun, silence, either.Token).ConfigureAwait(false);
            return end.Phase == JobPhase.Succeeded ? end : throw Failure(job, end);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            logger.Silent(job.What, id, options.Value.JobSilenceTimeout);
            await AskToEndAsync(job, id, untilEnded: false, cancellationToken).ConfigureAwait(false);
            throw new LimiQuantixException(
                ErrorCodes.Timeout,
                $"{job.What} showed no sign of life for {options.Value.JobSilenceTimeout}.",
                "Look at the provider's log and its disks, or raise LimiQuantixOptions.JobSilenceTimeout.",
                job.Target);
        }
    }

    /// <summary>Cancels a job, waits for its end for a while, and forgets it. What fails is logged: the next run of the job copes with it.</summary>
    public Task CancelAsync(ProviderJob job, Guid id, CancellationToken cancellationToken) => AskToEndAsync(job, id, untilEnded: true, cancellationToken);

    private async Task AskToEndAsync(ProviderJob job, Guid id, bool untilEnded, CancellationToken cancellationToken)
    {
        if (id == default) return;
        using var patience = new CancellationTokenSource(CancelPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await job.Jobs.CancelAsync(new CancelJobRequest { Call = ProviderCallScope.NewSharedCall(), JobId = id }, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            if (!untilEnded) return;
            await foreach (var now in JobWatch.FollowAsync(job.Jobs, id, either.Token).ConfigureAwait(false))
            {
                if (!now.HasEnded) continue;
                await job.Jobs.ForgetAsync(NewForget(id), either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is LimiQuantixException or OperationCanceledException)
        {
            logger.NotCancelled(exception.Trace(), exception.Reason(), job.What, id);
        }
    }

    /// <summary>The first generation whose job lives, or is not known. What came to an end before is of the past: what it made may be gone.</summary>
    private static async Task<(Guid Id, JobObservation? Known)> ChooseAsync(ProviderJob job, CancellationToken cancellationToken)
    {
        for (var generation = 0; generation < MaximumGenerations; generation++)
        {
            var id = job.IdOf(generation);
            var found = (await job.Jobs.FindAsync(new FindJobRequest { JobId = id }, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false)).Job;
            if (found is null) return (id, null);
            // One that was told to end and hangs is nobody's any more.
            if (!found.HasEnded && !found.IsCancelRequested) return (id, found);
            if (found.HasEnded) await job.Jobs.ForgetAsync(NewForget(id), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        throw new LimiQuantixException(
            ErrorCodes.Unavailable, $"{job.What} was given up {MaximumGenerations} times, and none of these jobs has ended.", "Restart the provider.", job.Target);
    }

    private async Task<JobObservation> FollowAsync(ProviderJob job, JobObservation begun, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        var last = begun;
        Tell(job, last);
        await foreach (var now in JobWatch.FollowAsync(job.Jobs, begun.JobId, cancellationToken).ConfigureAwait(false))
        {
            if (now.HasEnded) return now;
            if (now.Revision == last.Revision) continue;
            silence.CancelAfter(options.Value.JobSilenceTimeout);
            last = now;
            Tell(job, now);
        }

        throw new LimiQuantixException(ErrorCodes.Unavailable, $"{job.What} was lost sight of.", target: job.Target, isTransient: true);
    }

    private static void Tell(ProviderJob job, JobObservation now)
    {
        if (now.Progress is { } progress) job.Report?.Invoke(progress);
    }

    private static ForgetJobRequest NewForget(Guid id) => new() { Call = ProviderCallScope.NewSharedCall(), JobId = id };

    private static LimiQuantixException Failure(ProviderJob job, JobObservation end) => end switch
    {
        { Phase: JobPhase.Cancelled } => new LimiQuantixException(
            ErrorCodes.Unavailable, $"{job.What} was cancelled by somebody else.", target: job.Target, isTransient: true),
        { Error: { } error } => new LimiQuantixException(error),
        _ => new LimiQuantixException(ErrorCodes.Internal, $"{job.What} ended as {end.Phase} without a reason.", target: job.Target),
    };
}

/// <summary>Watches a provider's jobs, of which it is not sure that they end when they are told to.</summary>
internal static class JobWatch
{
    /// <summary>As <see cref="IProviderJobs.WatchAsync"/>; ends with its token also when the provider does not answer.</summary>
    public static async IAsyncEnumerable<JobObservation> FollowAsync(
        IProviderJobs jobs, Guid id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = jobs.WatchAsync(new WatchJobRequest { JobId = id }, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = Task.FromResult(false);
        try
        {
            while (await (next = watch.MoveNextAsync().AsTask()).WaitAsync(cancellationToken).ConfigureAwait(false)) yield return watch.Current;
        }
        finally
        {
            if (next.IsCompleted) await watch.DisposeAsync().ConfigureAwait(false);
            else _ = EndAsync(next, watch);
        }
    }

    private static async Task EndAsync(Task next, IAsyncDisposable watch)
    {
        await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watch.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

internal static partial class ProviderJobLog
{
    [LoggerMessage(1, LogLevel.Information, "{What} begins as job {JobId}.")]
    public static partial void Began(this ILogger logger, string what, Guid jobId);

    [LoggerMessage(2, LogLevel.Information, "{What} goes on: job {JobId} runs already.")]
    public static partial void Reattached(this ILogger logger, string what, Guid jobId);

    [LoggerMessage(3, LogLevel.Warning, "{What} (job {JobId}) showed no sign of life for {Patience}; it is cancelled.")]
    public static partial void Silent(this ILogger logger, string what, Guid jobId, TimeSpan patience);

    [LoggerMessage(4, LogLevel.Warning, "{What} (job {JobId}) could not be cancelled to its end; it is left to itself: {Reason}")]
    public static partial void NotCancelled(this ILogger logger, Exception? exception, string reason, string what, Guid jobId);

    [LoggerMessage(5, LogLevel.Warning, "{What} failed with {Code} and is tried again in {Pause}: {Reason}")]
    public static partial void TriedAgain(this ILogger logger, string what, string code, TimeSpan pause, string reason);
}
