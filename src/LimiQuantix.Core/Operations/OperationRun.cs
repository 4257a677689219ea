using System.Diagnostics;
using LimiQuantix.Core.Storage;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>One attempt at an operation under the engine's lease.</summary>
internal sealed class OperationRun(Guid id, IOperationKind kind, OperationRunParts services, StateLease fence, CancellationToken stopping) : IAsyncDisposable
{
    private const int TriesWithoutPause = 16;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly ProviderCallScope _calls = new(() => services.EnsureLeading(stopping), OperationRunParts.CallOf(fence, id));
    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private readonly ILogger _logger = services.Logger;
    private Task _cancelling = Task.CompletedTask;
    private Task _marking = Task.CompletedTask;
    private OperationRecord? _record;
    private OperationLifecycle? _undoLater;
    private bool _isDisposed;

    /// <summary>Whether calls to providers that were given up still run.</summary>
    public bool HasLateCalls => _calls.Late.Count > 0;

    /// <summary>Tells the operation that somebody wishes it to end.</summary>
    public void RequestCancel()
    {
        lock (_gate)
        {
            if (_isDisposed || _cancel.IsCancellationRequested) return;
            // The callbacks run elsewhere: nothing of the kind's under this lock.
            _cancelling = _cancel.CancelAsync();
            if (_record is { } record) _marking = MarkCancellingAsync(record);
        }
    }

    /// <summary>Runs the operation to its end, or until the engine stops. Never throws: what went wrong is stored or logged.</summary>
    public async Task ExecuteAsync()
    {
        try
        {
            using var entered = _calls.Enter();
            await UntilDoneAsync(RunOnceAsync, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Left as it is, for the next engine.
        }
        catch (Exception e)
        {
            _logger.Abandoned(e.Trace(), e.Reason(), id);
        }
    }

    /// <summary>
    /// Waits for calls that outlasted their deadline, after the end is stored: until they return nobody else may work on the resource, and
    /// what they made late is undone. Ends at once when the engine stops.
    /// </summary>
    public async Task SettleAsync()
    {
        if (!HasLateCalls) return;
        _logger.WaitsForLateCalls(id, _calls.Late.Count);
        try
        {
            using var entered = _calls.Enter();
            await _calls.WaitForLateAsync(stopping).ConfigureAwait(false);
            if (_undoLater is { } lifecycle) await lifecycle.UndoAgainAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Its lease is not given back while they run: see the engine.
        }
        catch (Exception e)
        {
            _logger.LateUndoFailed(e.Trace(), e.Reason(), id, id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            _isDisposed = true;
            tasks = [_cancelling, _marking];
        }

        try
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.CallbackFailed(e.Trace(), e.Reason());
        }

        _record?.Dispose();
        _cancel.Dispose();
    }

    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var stored = await services.Store.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored is null || OperationStore.HasEnded(stored.Value)) return;
        var request = await services.State.GetAsync(OperationKeys.Request(id), cancellationToken).ConfigureAwait(false);
        var checkpoint = await services.Store.GetCheckpointAsync(id, cancellationToken).ConfigureAwait(false);
        if (await services.Store.IsCancelRequestedAsync(id, cancellationToken).ConfigureAwait(false)) RequestCancel();
        var record = new OperationRecord(services.Store, stored, fence);
        lock (_gate) _record = record;
        await record.BeginAsync(cancellationToken).ConfigureAwait(false);
        await AttemptAsync(record, request, checkpoint).ConfigureAwait(false);
    }

    private async Task AttemptAsync(OperationRecord record, StateEntry? request, OperationCheckpoint checkpoint)
    {
        var operation = record.Operation;
        var tag = KeyValuePair.Create<string, object?>("kind", operation.Kind);
        using var scope = OperationLog.Scope(_logger, operation.Id, operation.ResourceId, operation.Project);
        using var activity = Telemetry.Activities.StartActivity(operation.Kind);
        activity?.SetTag("limiquantix.operation.id", operation.Id).SetTag("limiquantix.resource.id", operation.ResourceId)
            .SetTag("limiquantix.operation.attempt", operation.Attempts);
        Telemetry.OperationsStarted.Add(1, tag);
        _logger.Began(operation.Id, operation.Kind, operation.ResourceId, operation.Attempts);
        var began = services.TimeProvider.GetTimestamp();

        var progress = new ProgressWriter(record, services.Options.ProgressInterval, services.TimeProvider, _logger);
        var context = new OperationContext(
            services.State, operation, request, checkpoint, fence, progress, () => _cancel.IsCancellationRequested, _logger, stopping);
        var outcome = await RunAsync(context, record, progress).ConfigureAwait(false);
        if (outcome is { Phase: null, Error: { Code: ErrorCodes.Fenced } error }) outcome = await JudgeFencedAsync(outcome, error).ConfigureAwait(false);
        outcome = await StoreAsync(record, outcome, context.Checkpoint.LockedVolumes, progress.Newest).ConfigureAwait(false);

        var result = KeyValuePair.Create<string, object?>("outcome", outcome.Name);
        Telemetry.OperationsEnded.Add(1, tag, result);
        Telemetry.OperationDuration.Record(services.TimeProvider.GetElapsedTime(began).TotalSeconds, tag, result);
        if (outcome is { Error: { } failure, Phase: OperationPhase.Failed }) activity?.SetStatus(ActivityStatusCode.Error, failure.Code);
        _logger.Ended(operation.Id, operation.Kind, operation.ResourceId, outcome.Name);
    }

    private async Task<OperationOutcome> RunAsync(OperationContext context, OperationRecord record, ProgressWriter progress)
    {
        using var reporting = new CancellationTokenSource();
        var writing = progress.RunAsync(reporting.Token);
        var lifecycle = new OperationLifecycle(kind, context, services.Observers, record.MarkCancellingAsync, _cancel.Token);
        try
        {
            var outcome = await lifecycle.RunAsync().ConfigureAwait(false);
            if (outcome.Phase is OperationPhase.Failed or OperationPhase.Cancelled) _undoLater = lifecycle;
            return outcome;
        }
        finally
        {
            await reporting.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    // A provider heard a later call. Mostly another engine leads, and goes on with the operation; the lease finds out at once. While it is still ours
    // the thing itself is ahead of our state: that is a failure, of which nothing is undone, because it is not ours to change.
    private async Task<OperationOutcome> JudgeFencedAsync(OperationOutcome outcome, LimiQuantixError error)
    {
        _logger.IsFenced(id, error.Message);
        return await services.Lease.ConfirmAsync(fence, stopping).ConfigureAwait(false) ? outcome with { Phase = OperationPhase.Failed } : outcome;
    }

    private async Task<OperationOutcome> StoreAsync(
        OperationRecord record, OperationOutcome outcome, IReadOnlyList<Guid> lockedVolumes, OperationProgress? progress)
    {
        try
        {
            if (outcome.Phase is not null)
            {
                await UntilDoneAsync(ct => EndAsync(record, outcome, lockedVolumes, progress, ct), CancellationToken.None).ConfigureAwait(false);
                await TidyUpAsync(outcome).ConfigureAwait(false);
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
            _logger.WriteFailed(LogLevel.Warning, e.Trace(), e.Reason(), id);
            return OperationOutcome.Interrupted;
        }
    }

    // The end and what becomes of the resources are one transaction: nobody sees the one without the other.
    private async Task EndAsync(
        OperationRecord record, OperationOutcome outcome, IReadOnlyList<Guid> lockedVolumes, OperationProgress? progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var end = outcome is { Plan: { } plan, Ending: { } ending } ? await plan.End(ending, cancellationToken).ConfigureAwait(false) : new OperationEnd();
            if (lockedVolumes.Count > 0)
            {
                var unlocks = await new VolumeLocks(services.State).GiveBackAsync(id, lockedVolumes, cancellationToken).ConfigureAwait(false);
                end = end with { Writes = [.. end.Writes, .. unlocks] };
            }

            try
            {
                var error = outcome.Ending?.ErrorWithRemains("Ask for its deletion to try the clean-up again.") ?? outcome.Error;
                await record.EndAsync(outcome.Phase!.Value, error, progress, end, services.TimeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && attempt < TriesWithoutPause)
            {
                // Somebody changed a resource meanwhile: its end is made from what it is now.
            }
        }
    }

    private async Task TidyUpAsync(OperationOutcome outcome)
    {
        if (outcome is not { Plan.Afterwards: { } afterwards, Ending: { } ending }) return;
        try
        {
            await afterwards(ending, stopping).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.TidyingFailed(e.Trace(), e.Reason(), id);
        }
    }

    private async Task MarkCancellingAsync(OperationRecord record)
    {
        try
        {
            await record.MarkCancellingAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LimiQuantixException or OperationCanceledException)
        {
            // Only what a reader sees sooner; the undo stores it too.
            _logger.WriteFailed(LogLevel.Warning, e.Trace(), e.Reason(), id);
        }
    }

    // What an operation came to must not be lost because the state could not be written for a minute. When the engine stops, one try is all.
    private async Task UntilDoneAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var failures = new RepeatedFailures(services.TimeProvider);
        while (true)
        {
            try
            {
                await work(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (MayPass(e) && !stopping.IsCancellationRequested)
            {
                var (level, trace, reason) = failures.Judge(this, e);
                _logger.WriteFailed(level, trace, reason, id);
                await Task.Delay(RetryPause, services.TimeProvider, stopping).ConfigureAwait(false);
            }
        }
    }

    private static bool MayPass(LimiQuantixException exception) =>
        exception.Code is not (ErrorCodes.NotLeader or ErrorCodes.Fenced or ErrorCodes.NotFound or ErrorCodes.DataCorrupt or ErrorCodes.InvalidArgument);
}

/// <summary>What every run works with.</summary>
internal sealed record OperationRunParts(
    IStateStore State,
    OperationStore Store,
    EngineLease Lease,
    OperationEngineOptions Options,
    IReadOnlyList<IOperationObserver> Observers,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    /// <summary>On whose behalf providers are made to change something under a lease.</summary>
    /// <param name="fence">The lease.</param>
    /// <param name="operationId">The operation; null for the engine's own services.</param>
    public static ProviderCall CallOf(StateLease fence, Guid? operationId) => new() { Era = fence.Era, EngineToken = fence.Token, OperationId = operationId };

    /// <summary>Returns when a provider may be made to change something for the engine.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>.</exception>
    public void EnsureLeading(CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested) throw OperationErrors.NotLeading();
        Lease.EnsureSureToLead();
    }
}
