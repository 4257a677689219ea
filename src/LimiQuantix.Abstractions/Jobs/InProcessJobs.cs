using System.Runtime.CompilerServices;

namespace LimiQuantix.Jobs;

/// <summary>How many jobs <see cref="InProcessJobs"/> has and for how long it knows them.</summary>
public sealed class InProcessJobsOptions
{
    /// <summary>How many jobs run at once; one more is refused as transient. At least 1. Default: 64.</summary>
    public int MaximumRunning { get; set; } = 64;

    /// <summary>How many ended jobs are known; the oldest go first. At least 1. Default: 1000.</summary>
    public int MaximumEnded { get; set; } = 1000;

    /// <summary>How long an ended job is known. More than 0. Default: 1 day.</summary>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>
/// The jobs of a plugin that does the work in its own process: they live as long as this object does. Memory is bounded, whoever watches
/// and however slowly. Thread-safe.
/// </summary>
public sealed class InProcessJobs : IProviderJobs, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly InProcessJobsOptions _options;
    private readonly ProviderFence? _fence;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Job> _jobs = [];
    private bool _disposed;

    /// <summary>Creates it, without jobs.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="fence">The instance's fence: then a superseded engine neither cancels nor forgets a job.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is out of its range.</exception>
    public InProcessJobs(TimeProvider timeProvider, InProcessJobsOptions? options = null, ProviderFence? fence = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _time = timeProvider;
        _fence = fence;
        _options = options ?? new InProcessJobsOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumRunning, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaximumEnded, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.KeepEnded, TimeSpan.Zero, nameof(options));
    }

    /// <summary>Begins a job, or says how far the one of this id is.</summary>
    /// <param name="jobId">The id that the engine chose.</param>
    /// <param name="definition">What the job is to do; compared with <see cref="object.Equals(object)"/>, so use a record.</param>
    /// <param name="run">
    /// Does the work, on a thread of its own pool, and gives what it came to. It ends soon after its token, and leaves nothing when it throws.
    /// A <see cref="LimiQuantixException"/> becomes the job's error; any other is <see cref="ErrorCodes.Internal"/>.
    /// </param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>: the id has another definition; <see cref="ErrorCodes.Unavailable"/>: too many jobs run, or this object
    /// was disposed; <see cref="ErrorCodes.InvalidArgument"/>: the id is empty.
    /// </exception>
    public JobObservation Ensure(Guid jobId, object definition, Func<IProgress<JobProgress>, CancellationToken, Task<JobResult?>> run)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(run);
        if (jobId == Guid.Empty)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The job has no id.", target: nameof(jobId));
        lock (_lock)
        {
            ThrowIfDisposed();
            Prune();
            if (_jobs.TryGetValue(jobId, out Job? known))
            {
                // Without a definition: it was cancelled before it began.
                if (known.Definition is null || known.Definition.Equals(definition))
                    return known.Observation;
                throw new LimiQuantixException(
                    ErrorCodes.Conflict, "The job exists with another definition.", "Use another id.", jobId.ToString());
            }
            if (_jobs.Values.Count(job => !job.Observation.HasEnded) >= _options.MaximumRunning)
            {
                throw new LimiQuantixException(
                    ErrorCodes.Unavailable, $"{_options.MaximumRunning} jobs run already.", "Wait until one has ended.", jobId.ToString(), isTransient: true);
            }
            Job job = new(jobId, definition);
            _jobs.Add(jobId, job);
            // The job is not the caller's: nothing of the call's context flows into it.
            using (ExecutionContext.SuppressFlow())
                job.Running = Task.Run(() => RunAsync(job, run));
            return job.Observation;
        }
    }

    /// <inheritdoc/>
    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new FindJobResult { Job = Look(request.JobId)?.Observation });
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return FollowAsync(request.JobId, cancellationToken);
    }

    private async IAsyncEnumerable<JobObservation> FollowAsync(Guid jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? seen = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Look(jobId) is not { } now)
                yield break;
            if (now.Observation.Revision == seen)
            {
                await now.Changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            seen = now.Observation.Revision;
            yield return now.Observation;
            if (now.Observation.HasEnded)
                yield break;
        }
    }

    /// <inheritdoc/>
    public async Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        _fence?.Admit(request.Call, target: request.JobId.ToString());
        CancellationTokenSource? cancel = null;
        lock (_lock)
        {
            ThrowIfDisposed();
            Prune();
            if (!_jobs.TryGetValue(request.JobId, out Job? job))
            {
                job = new Job(request.JobId, definition: null);
                _jobs.Add(request.JobId, job);
                End(job, job.Observation with { Phase = JobPhase.Cancelled, IsCancelRequested = true });
            }
            else if (!job.Observation.HasEnded && !job.Observation.IsCancelRequested)
            {
                job.Change(job.Observation with { IsCancelRequested = true });
                cancel = job.Cancel;
            }
        }
        // Outside the lock: the callbacks are the job's. It is not disposed before the job ends, and not at all when this is late.
        if (cancel is not null)
            await cancel.CancelAsync().ConfigureAwait(false);
        return new CancelJobResult();
    }

    /// <inheritdoc/>
    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        _fence?.Admit(request.Call, target: request.JobId.ToString());
        lock (_lock)
        {
            ThrowIfDisposed();
            if (_jobs.TryGetValue(request.JobId, out Job? job))
            {
                if (!job.Observation.HasEnded)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition, "The job has not ended.", "Cancel it, or wait for its end.", request.JobId.ToString());
                }
                _jobs.Remove(request.JobId);
                job.Wake();
            }
        }
        return Task.FromResult(new ForgetJobResult());
    }

    /// <summary>Cancels all jobs and waits until they have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Job> running;
        lock (_lock)
        {
            _disposed = true;
            running = [.. _jobs.Values.Where(job => !job.Observation.HasEnded)];
        }
        foreach (Job job in running)
            await job.Cancel.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running.Select(job => job.Running)).ConfigureAwait(false);
    }

    private async Task RunAsync(Job job, Func<IProgress<JobProgress>, CancellationToken, Task<JobResult?>> run)
    {
        JobObservation end;
        try
        {
            JobResult? result = await run(new Reporter(this, job), job.Cancel.Token).ConfigureAwait(false);
            end = job.Observation with { Phase = JobPhase.Succeeded, Outcome = result };
        }
        catch (OperationCanceledException) when (job.Cancel.IsCancellationRequested)
        {
            end = job.Observation with { Phase = JobPhase.Cancelled };
        }
        catch (LimiQuantixException error)
        {
            end = job.Observation with { Phase = JobPhase.Failed, Error = error.Error };
        }
        catch (Exception error)
        {
            end = job.Observation with
            {
                Phase = JobPhase.Failed,
                Error = new LimiQuantixError { Code = ErrorCodes.Internal, Message = $"The job failed with {error.GetType().Name}: {error.Message}" },
            };
        }
        lock (_lock)
        {
            // Nobody asked for the end of a job that the provider's own end cancelled: it is to be begun anew.
            if (end.Phase == JobPhase.Cancelled && !job.Observation.IsCancelRequested)
                end = end with { Phase = JobPhase.Failed, Error = Closed().Error };
            End(job, end with { IsCancelRequested = job.Observation.IsCancelRequested, Progress = job.Observation.Progress });
        }
    }

    private void End(Job job, JobObservation end)
    {
        job.EndedAt = _time.GetTimestamp();
        job.Change(end);
    }

    private Snapshot? Look(Guid jobId)
    {
        lock (_lock)
        {
            if (_jobs.TryGetValue(jobId, out Job? job))
                return IsStale(job) ? null : new Snapshot(job.Observation, job.Changed);
            return _disposed ? throw Closed() : null;
        }
    }

    private void Prune()
    {
        List<Job> ended = [.. _jobs.Values.Where(job => job.Observation.HasEnded).OrderBy(job => job.EndedAt)];
        int surplus = ended.Count - _options.MaximumEnded;
        foreach (Job job in ended.Where((job, index) => index < surplus || IsStale(job)))
            _jobs.Remove(job.Observation.JobId);
    }

    private bool IsStale(Job job) => job.Observation.HasEnded && _time.GetElapsedTime(job.EndedAt) >= _options.KeepEnded;

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw Closed();
    }

    private static LimiQuantixException Closed() =>
        new(ErrorCodes.Unavailable, "The provider was closed.", "Begin the job anew once it is open again.", isTransient: true);

    private sealed record Snapshot(JobObservation Observation, Task Changed);

    private sealed class Job(Guid jobId, object? definition)
    {
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public object? Definition { get; } = definition;

        public CancellationTokenSource Cancel { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;

        public long EndedAt { get; set; }

        public JobObservation Observation { get; private set; } = new() { JobId = jobId, Phase = JobPhase.Running };

        public Task Changed => _changed.Task;

        public void Change(JobObservation observation)
        {
            Observation = observation with { Revision = Observation.Revision + 1 };
            Wake();
        }

        public void Wake()
        {
            TaskCompletionSource changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    private sealed class Reporter(InProcessJobs jobs, Job job) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            lock (jobs._lock)
            {
                if (!job.Observation.HasEnded)
                    job.Change(job.Observation with { Progress = value });
            }
        }
    }
}
