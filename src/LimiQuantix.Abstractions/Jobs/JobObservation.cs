namespace LimiQuantix.Jobs;

/// <summary>How far a provider's job is.</summary>
public enum JobPhase
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>It is worked on, or waits to be.</summary>
    Running = 1,

    /// <summary>It is done; see <see cref="JobObservation.Outcome"/>.</summary>
    Succeeded = 2,

    /// <summary>It failed and left nothing; see <see cref="JobObservation.Error"/>.</summary>
    Failed = 3,

    /// <summary>It was cancelled and left nothing.</summary>
    Cancelled = 4,
}

/// <summary>How much of a job is done.</summary>
public sealed record JobProgress
{
    /// <summary>The step's name, such as <c>copy</c> or <c>convert</c>.</summary>
    public required string Step { get; init; }

    /// <summary>How much of the step is done, in the step's own unit: bytes where it moves any.</summary>
    public long Completed { get; init; }

    /// <summary>How much there is to do in the same unit; <see langword="null"/> when not known.</summary>
    public long? Total { get; init; }

    /// <summary>How many bytes come or go each second, when that is known.</summary>
    public double? BytesPerSecond { get; init; }

    /// <summary>What to tell who waits for it, such as why it waits; <see langword="null"/> when there is nothing to tell.</summary>
    public string? Message { get; init; }
}

/// <summary>
/// What a job came to, for jobs that come to something: a <see cref="Storage.BaseImportResult"/>, an <see cref="Images.ImageImportResult"/>. New kinds come in minor versions.
/// </summary>
public abstract record JobResult
{
    private protected JobResult()
    {
    }
}

/// <summary>A provider's job as the provider sees it.</summary>
public sealed record JobObservation
{
    /// <summary>The id that the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>How far it is.</summary>
    public required JobPhase Phase { get; init; }

    /// <summary>
    /// Grows with every change of this observation, for as long as the provider knows the job. It is the job's sign of life: the engine gives
    /// a job up when this stays the same for too long, however long the job takes in all.
    /// </summary>
    public long Revision { get; init; }

    /// <summary>How much is done, once the job said so.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>Whether somebody wishes the job to end. One that does not obey stays <see cref="JobPhase.Running"/>.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>What it came to, when it succeeded and comes to something.</summary>
    public JobResult? Outcome { get; init; }

    /// <summary>Why it failed.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => Phase is JobPhase.Succeeded or JobPhase.Failed or JobPhase.Cancelled;
}
