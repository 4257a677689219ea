using System.Diagnostics;
using LimiQuantix.Core.Resources;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>One attempt at an operation under the engine's lease.</summary>
internal sealed class OperationRun(
    Guid id,
    IOperationRunner runner,
    IStateStore state,
    OperationStore store,
    StateLease fence,
    OperationEngineOptions options,
    TimeProvider timeProvider,
    ILogger logger,
    CancellationToken stopping) : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private Task _cancelling = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Tells the runner that somebody wishes the operation to end.</summary>
    public void RequestCancel()
    {
        lock (_gate)
        {
            // The callbacks run elsewhere: nothing of the runner's under this lock.
            if (!_isDisposed && !_cancel.IsCancellationRequested) _cancelling = _cancel.CancelAsync();
        }
    }

    /// <summary>Runs the operation to its end, or until the engine stops. Never throws: what went wrong is stored or logged.</summary>
    public async Task ExecuteAsync()
    {
        try
        {
            await UntilDoneAsync(RunOnceAsync, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Left as it is, for the next engine.
        }
        catch (Exception e)
        {
            logger.Abandoned(e, id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task cancelling;
        lock (_gate)
        {
            _isDisposed = true;
            cancelling = _cancelling;
        }

        try
        {
            await cancelling.ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            logger.CallbackFailed(e);
        }

        _cancel.Dispose();
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var stored = await store.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored is null || OperationStore.HasEnded(stored.Value)) return;
        var request = await state.GetAsync(OperationKeys.Request(id), cancellationToken).ConfigureAwait(false);
        var checkpoint = await state.GetAsync(OperationKeys.Checkpoint(id), cancellationToken).ConfigureAwait(false);
        if (await store.IsCancelRequestedAsync(id, cancellationToken).ConfigureAwait(false)) RequestCancel();
        using var record = new OperationRecord(store, stored, fence);
        await record.BeginAsync(cancellationToken).ConfigureAwait(false);
        await AttemptAsync(record, request, checkpoint).ConfigureAwait(false);
    }

    private async Task AttemptAsync(OperationRecord record, StateEntry? request, StateEntry? checkpoint)
    {
        var operation = record.Operation;
        var kind = KeyValuePair.Create<string, object?>("kind", operation.Kind);
        using var scope = OperationLog.Scope(logger, operation.Id, operation.ResourceId, operation.Project);
        using var activity = Telemetry.Activities.StartActivity(operation.Kind);
        activity?.SetTag("limiquantix.operation.id", operation.Id).SetTag("limiquantix.resource.id", operation.ResourceId)
            .SetTag("limiquantix.operation.attempt", operation.Attempts);
        Telemetry.OperationsStarted.Add(1, kind);
        logger.Began(operation.Id, operation.Kind, operation.ResourceId, operation.Attempts);
        var began = timeProvider.GetTimestamp();

        var progress = new ProgressWriter(record, options.ProgressInterval, timeProvider, logger);
        var context = new StoredOperationContext(
            state, operation, request, checkpoint, fence, progress, () => _cancel.IsCancellationRequested, logger, stopping);
        var outcome = await RunAsync(context, progress).ConfigureAwait(false);
        outcome = await StoreAsync(record, outcome, progress.Newest).ConfigureAwait(false);

        var result = KeyValuePair.Create<string, object?>("outcome", outcome.Name);
        Telemetry.OperationsEnded.Add(1, kind, result);
        Telemetry.OperationDuration.Record(timeProvider.GetElapsedTime(began).TotalSeconds, kind, result);
        if (outcome.Error is { } error && outcome.Phase == OperationPhase.Failed) activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        logger.Ended(operation.Id, operation.Kind, operation.ResourceId, outcome.Name);
    }

    private async Task<OperationOutcome> RunAsync(OperationContext context, ProgressWriter progress)
    {
        using var reporting = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancel.Token, stopping);
        var writing = progress.RunAsync(reporting.Token);
        try
        {
            await runner.RunAsync(context, either.Token).ConfigureAwait(false);
            return new OperationOutcome(OperationPhase.Succeeded);
        }
        catch (Exception e)
        {
            return Judge(context.Operation, e);
        }
        finally
        {
            await reporting.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    private OperationOutcome Judge(Operation operation, Exception exception)
    {
        // While the engine stops, an undo may have been cut short as well: whatever came out of the runner, the next engine goes on.
        if (stopping.IsCancellationRequested || exception is LimiQuantixException { Code: ErrorCodes.NotLeader }) return OperationOutcome.Interrupted;
        if (exception is OperationCanceledException && _cancel.IsCancellationRequested)
        {
            return new OperationOutcome(OperationPhase.Cancelled, OperationErrors.Cancelled(operation));
        }

        var error = OperationErrors.From(operation, exception);
        if (exception is LimiQuantixException) logger.Failed(operation.Id, operation.Kind, operation.ResourceId, error.Code, error.Message);
        else logger.FailedUnexpectedly(exception, operation.Id, operation.Kind, operation.ResourceId);
        return new OperationOutcome(OperationPhase.Failed, error);
    }

    private async Task<OperationOutcome> StoreAsync(OperationRecord record, OperationOutcome outcome, OperationProgress? progress)
    {
        try
        {
            if (outcome.Phase is { } phase)
            {
                var now = timeProvider.GetUtcNow();
                await UntilDoneAsync(ct => record.EndAsync(phase, outcome.Error, progress, now, ct), CancellationToken.None).ConfigureAwait(false);
            }
            else if (progress is not null && progress != record.Operation.Progress)
            {
                await record.WriteProgressAsync(progress, CancellationToken.None).ConfigureAwait(false);
            }

            return outcome;
        }
        catch (LimiQuantixException e)
        {
            // The lease is lost or the engine stops without a state to write to: the next engine goes on.
            logger.WriteFailed(e, id);
            return OperationOutcome.Interrupted;
        }
    }

    // What an operation came to must not be lost because the state could not be written for a minute. When the engine stops, one try is all.
    private async Task UntilDoneAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (MayPass(e) && !stopping.IsCancellationRequested)
            {
                logger.WriteFailed(e, id);
                await Task.Delay(RetryPause, timeProvider, stopping).ConfigureAwait(false);
            }
        }
    }

    private static bool MayPass(LimiQuantixException exception) =>
        exception.Code is not (ErrorCodes.NotLeader or ErrorCodes.NotFound or ErrorCodes.DataCorrupt or ErrorCodes.InvalidArgument);
}
