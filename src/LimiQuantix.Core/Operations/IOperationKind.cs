using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// One kind of operation: which steps it has, how each is undone, and what its end writes. Registered as a service; everything else (entry,
/// cancellation, undo, takeover, the end in one transaction) is the <see cref="OperationLifecycle"/>'s, the same for all kinds.
/// </summary>
internal interface IOperationKind
{
    /// <summary>The kind, such as <c>machines.create</c>.</summary>
    string Name { get; }

    /// <summary>The names of the steps that a plan may have, in their order.</summary>
    IReadOnlyList<string> StepNames { get; }

    /// <summary>
    /// Plans an attempt from what is stored; changes nothing. Called for every attempt, also for one that only undoes or that was cancelled
    /// before it began.
    /// </summary>
    /// <param name="context">The operation, its request and checkpoint.</param>
    /// <param name="cancellationToken">Ends when the engine stops or lost its lease.</param>
    Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken);
}

/// <summary>What an attempt at an operation consists of.</summary>
internal sealed record OperationPlan
{
    /// <summary>The steps in their order. None: there is nothing to do.</summary>
    public IReadOnlyList<OperationStep> Steps { get; init; } = [];

    /// <summary>The owner epoch and the generation that the plan is made from; what providers are made to change says them. 0: none.</summary>
    public (long OwnerEpoch, long Generation) About { get; init; }

    /// <summary>
    /// Gives what is stored in one transaction with the operation's end. Reads what it changes; called again when that was changed meanwhile.
    /// </summary>
    public Func<OperationEnding, CancellationToken, Task<OperationEnd>> End { get; init; } = (_, _) => Task.FromResult(new OperationEnd());

    /// <summary>Tidies up after the end is stored. Its failure is logged; what a crash leaves here is collected by somebody else.</summary>
    public Func<OperationEnding, CancellationToken, Task>? Afterwards { get; init; }
}

/// <summary>A step: work that may be done again, and how it is undone.</summary>
internal sealed record OperationStep
{
    /// <summary>The name, as progress tells it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Does the work; done again after a crash, so it ensures. The token ends when the user cancels or the engine stops; an exception of
    /// any other cause is the operation's failure.
    /// </summary>
    public required Func<CancellationToken, Task> Do { get; init; }

    /// <summary>
    /// Undoes what the step made or half made; succeeds when there is nothing. Run only for the user's cancellation or the operation's own
    /// failure, never because the engine stops or lost its lease. Its token ends when the engine stops.
    /// </summary>
    public Func<CancellationToken, Task>? Undo { get; init; }

    /// <summary>Once this step has begun, a wish to cancel comes too late: the operation goes on.</summary>
    public bool IsPointOfNoReturn { get; init; }
}

/// <summary>How an operation ends: what its kind's writes are made from.</summary>
/// <param name="Phase">Succeeded, failed or cancelled.</param>
/// <param name="Error">Why, unless it succeeded.</param>
/// <param name="Begun">The steps that were begun.</param>
/// <param name="UndoFailures">What could not be undone.</param>
internal sealed record OperationEnding(
    OperationPhase Phase, LimiQuantixError? Error, IReadOnlyCollection<string> Begun, IReadOnlyList<Exception> UndoFailures)
{
    /// <summary>The error, with what could not be undone.</summary>
    public LimiQuantixError? ErrorWithRemains(string remedy) => Error is null || UndoFailures.Count == 0 ? Error : Error with
    {
        Message = $"{Error.Message} Not everything could be undone: {string.Join(" ", UndoFailures.Select(failure => failure.Message))}",
        Remedy = remedy,
    };
}
