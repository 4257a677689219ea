namespace LimiQuantix.Jobs;

/// <summary>
/// The jobs of a provider: work that may outlast a call. A method of the provider's own contract begins a job, with an id that the engine
/// chose, and answers its <see cref="JobObservation"/> at once; from then on this capability follows it. A provider whose contract has such
/// a method has this capability.
/// <list type="bullet">
/// <item>Beginning a job with an id that is known re-attaches: it answers how far the job is. With another definition it is
/// <see cref="ErrorCodes.Conflict"/>.</item>
/// <item>A job may be lost when the provider restarts. "No such job" is an answer, and the engine then begins it anew: a job that is begun
/// twice, or that was killed anywhere, comes to the same.</item>
/// <item>A CancellationToken ends a call, never a job; <see cref="CancelAsync"/> does that.</item>
/// <item>A job shows signs of life while it lives (<see cref="JobObservation.Revision"/>), at least every minute where it can.</item>
/// <item>What became of a job is kept for an hour at least, unless it is forgotten, and not for ever.</item>
/// </list>
/// <see cref="InProcessJobs"/> is all of this for a plugin that does the work in its own process.
/// </summary>
public interface IProviderJobs
{
    /// <summary>Says how far a job is.</summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows a job: first how far it is now, then what changes, the newest only where changes come faster than they are taken. Ends after
    /// the job's end, and at once, without an observation, when there is no such job.
    /// </summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks a job to end and to leave nothing. Returns before it has ended; succeeds when it has already. An id that is not known is
    /// remembered as cancelled, so that a call that begins it late does nothing.
    /// </summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default);

    /// <summary>Forgets a job that has ended. Succeeds when there is no such job.</summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: the job has not ended.</exception>
    Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks how far a job is.</summary>
public sealed record FindJobRequest
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }
}

/// <summary>How far a job is.</summary>
public sealed record FindJobResult
{
    /// <summary>The job, or <see langword="null"/> when there is none: it never began, was forgotten, or is lost.</summary>
    public JobObservation? Job { get; init; }
}

/// <summary>Asks to be told of a job.</summary>
public sealed record WatchJobRequest
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }
}

/// <summary>Asks a job to end.</summary>
public sealed record CancelJobRequest : MutatingRequest
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }
}

/// <summary>That a job was asked to end, or has ended.</summary>
public sealed record CancelJobResult;

/// <summary>Asks to forget a job.</summary>
public sealed record ForgetJobRequest : MutatingRequest
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }
}

/// <summary>That a job is forgotten.</summary>
public sealed record ForgetJobResult;
