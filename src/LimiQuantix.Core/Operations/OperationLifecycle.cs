using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// The way that every operation goes: its steps in order, each noted before it begins; when the user cancels or a step fails, the undo of
/// what was begun, newest first. When the engine stops or lost its lease everything is left as it is: another engine goes on.
/// </summary>
/// <param name="kind">What is done.</param>
/// <param name="context">The operation.</param>
/// <param name="observers">Who looks on.</param>
/// <param name="markCancelling">Stores that the operation is being cancelled.</param>
/// <param name="cancelled">Ends when the user cancels.</param>
internal sealed class OperationLifecycle(
    IOperationKind kind, OperationContext context, IReadOnlyList<IOperationObserver> observers, Func<CancellationToken, Task> markCancelling, CancellationToken cancelled)
{
    private readonly List<string> _begun = [.. context.Checkpoint.Begun];
    private OperationPlan? _plan;
    private bool _isCommitted;

    /// <summary>Runs the operation, or undoes it.</summary>
    /// <returns>How it is to end; interrupted when this process may not go on. Never throws.</returns>
    public async Task<OperationOutcome> RunAsync()
    {
        try
        {
            _plan = await kind.PlanAsync(context, context.Stopping).ConfigureAwait(false);
            ProviderCallScope.About(_plan.About.OwnerEpoch, _plan.About.Generation);
            // An operation of a version that noted no steps: whatever it has may have been begun.
            if (context.Operation.Attempts > 1 && context.Checkpoint is { Begun.Count: 0, Ending: null }) _begun.AddRange(_plan.Steps.Select(step => step.Name));
            _isCommitted = _plan.Steps.Any(step => step.IsPointOfNoReturn && _begun.Contains(step.Name));
            if (context.Checkpoint.Ending is { } ending) return await UndoAsync(ending, context.Checkpoint.Error).ConfigureAwait(false);
            foreach (var step in _plan.Steps) await TakeAsync(step).ConfigureAwait(false);
            return new OperationOutcome(OperationPhase.Succeeded) { Plan = _plan, Ending = Ending(OperationPhase.Succeeded, null, []) };
        }
        catch (Exception exception)
        {
            return IsInterruption(exception) ? Interrupted(exception) : await FailAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Undoes once more, after calls that outlasted their deadline have returned and may have made something late.</summary>
    public async Task UndoAgainAsync()
    {
        if (_plan is { } plan) ProviderCallScope.About(plan.About.OwnerEpoch, plan.About.Generation);
        var failures = await UndoStepsAsync().ConfigureAwait(false);
        foreach (var failure in failures) context.Logger.LateUndoFailed(failure.Trace(), failure.Reason(), context.Operation.Id, context.Operation.ResourceId);
    }

    private async Task TakeAsync(OperationStep step)
    {
        if (!_isCommitted) cancelled.ThrowIfCancellationRequested();
        context.Stopping.ThrowIfCancellationRequested();
        if (!_begun.Contains(step.Name))
        {
            // The undo is known before the step begins: a process that dies in its middle leaves it to be found.
            if (step.Undo is not null || step.IsPointOfNoReturn)
                await context.SaveAsync(context.Checkpoint with { Begun = [.. _begun, step.Name] }, context.Stopping).ConfigureAwait(false);
            _begun.Add(step.Name);
        }

        _isCommitted |= step.IsPointOfNoReturn;
        context.Report(new OperationProgress { Step = step.Name });
        await TellAsync(step.Name, StepMoment.Begin).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_isCommitted ? CancellationToken.None : cancelled, context.Stopping);
        await step.Do(either.Token).ConfigureAwait(false);
        await TellAsync(step.Name, StepMoment.End).ConfigureAwait(false);
    }

    private async Task<OperationOutcome> FailAsync(Exception exception)
    {
        // A provider whose token ended may say it in words of its own.
        var isCancelled = cancelled.IsCancellationRequested && !_isCommitted;
        var error = isCancelled ? OperationErrors.Cancelled(context.Operation) : OperationErrors.From(context.Operation, exception);
        var phase = isCancelled ? OperationPhase.Cancelled : OperationPhase.Failed;
        var operation = context.Operation;
        if (isCancelled) context.Logger.IsCancelled(operation.Id, operation.Kind, operation.ResourceId);
        else if (exception is LimiQuantixException) context.Logger.Failed(operation.Id, operation.Kind, operation.ResourceId, error.Code, error.Message);
        else context.Logger.FailedUnexpectedly(exception.Trace(), exception.Reason(), operation.Id, operation.Kind, operation.ResourceId);
        try
        {
            return await UndoAsync(phase, error).ConfigureAwait(false);
        }
        catch (Exception later) when (IsInterruption(later))
        {
            return Interrupted(later);
        }
    }

    // Superseded is like a lost lease: nothing is undone. Whether it is one, the lease says.
    private OperationOutcome Interrupted(Exception exception) => exception is LimiQuantixException { Code: ErrorCodes.Fenced } fenced
        ? OperationOutcome.Interrupted with { Error = fenced.Error, Plan = _plan, Ending = Ending(OperationPhase.Failed, fenced.Error, [fenced]) }
        : OperationOutcome.Interrupted;

    private async Task<OperationOutcome> UndoAsync(OperationPhase phase, LimiQuantixError? error)
    {
        if (phase == OperationPhase.Cancelled) await markCancelling(context.Stopping).ConfigureAwait(false);
        // From here on nobody begins it anew, whoever goes on with it.
        if (_plan?.Steps.Any(step => step.Undo is not null && _begun.Contains(step.Name)) == true && context.Checkpoint.Ending is null)
            await context.SaveAsync(context.Checkpoint with { Begun = [.. _begun], Ending = phase, Error = error }, context.Stopping).ConfigureAwait(false);
        var failures = await UndoStepsAsync().ConfigureAwait(false);
        return new OperationOutcome(phase, error) { Plan = _plan, Ending = Ending(phase, error, failures) };
    }

    private async Task<IReadOnlyList<Exception>> UndoStepsAsync()
    {
        List<Exception> failures = [];
        foreach (var step in (_plan?.Steps ?? []).Reverse().Where(step => step.Undo is not null && _begun.Contains(step.Name)))
        {
            try
            {
                context.Stopping.ThrowIfCancellationRequested();
                await TellAsync(step.Name, StepMoment.Undo).ConfigureAwait(false);
                await step.Undo!(context.Stopping).ConfigureAwait(false);
                context.Logger.Undid(context.Operation.Id, step.Name);
            }
            catch (Exception exception) when (!IsInterruption(exception))
            {
                // One that fails does not keep the others from being undone.
                context.Logger.UndoFailed(exception.Trace(), exception.Reason(), context.Operation.Id, step.Name);
                failures.Add(exception);
            }
        }

        return failures;
    }

    private bool IsInterruption(Exception exception) =>
        context.Stopping.IsCancellationRequested || exception is LimiQuantixException { Code: ErrorCodes.NotLeader or ErrorCodes.Fenced };

    private OperationEnding Ending(OperationPhase phase, LimiQuantixError? error, IReadOnlyList<Exception> failures) => new(phase, error, _begun, failures);

    private async Task TellAsync(string step, StepMoment moment)
    {
        foreach (var observer in observers) await observer.OnStepAsync(context, step, moment).ConfigureAwait(false);
    }
}
