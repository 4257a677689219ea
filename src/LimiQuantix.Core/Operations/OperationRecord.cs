using LimiQuantix.Core.Resources;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>A running operation's stored record, written by nobody but its run: progress and end, one write at a time, all fenced.</summary>
internal sealed class OperationRecord(OperationStore store, Stored<Operation> stored, StateLease fence) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Stored<Operation> _stored = stored;

    /// <summary>The operation as it was stored last.</summary>
    public Operation Operation => Volatile.Read(ref _stored).Value;

    /// <summary>Stores the beginning of an attempt.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => WriteAsync(
        operation => operation with
        {
            // Who looks sees that it is being undone, whichever attempt does it.
            Phase = operation.Phase == OperationPhase.Cancelling ? OperationPhase.Cancelling : OperationPhase.Running,
            Attempts = operation.Attempts + 1,
        },
        [], [], cancellationToken);

    /// <summary>Stores a progress.</summary>
    public Task WriteProgressAsync(OperationProgress progress, CancellationToken cancellationToken) =>
        WriteAsync(operation => operation with { Progress = progress }, [], [], cancellationToken);

    /// <summary>Stores that it is being cancelled, when it runs.</summary>
    public async Task MarkCancellingAsync(CancellationToken cancellationToken)
    {
        if (Operation.Phase != OperationPhase.Running) return;
        await WriteAsync(
            operation => operation.Phase == OperationPhase.Running ? operation with { Phase = OperationPhase.Cancelling } : operation,
            [], [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores the end with what else belongs to it, and removes what only a running operation needs.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: a resource is not as it was read.</exception>
    public Task EndAsync(
        OperationPhase phase, LimiQuantixError? error, OperationProgress? progress, OperationEnd end, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            operation => operation with { Phase = phase, Error = error, Progress = progress ?? operation.Progress, EndedAt = now },
            [.. end.Writes.SelectMany(write => write.Conditions)],
            [
                .. end.Writes.SelectMany(write => write.Mutations),
                new StateMutation { Key = OperationKeys.Checkpoint(Operation.Id) },
                new StateMutation { Key = OperationKeys.Cancel(Operation.Id) },
                .. OperationStore.PutResult(Operation.Id, end.Value),
            ],
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task WriteAsync(
        Func<Operation, Operation> change, IReadOnlyList<StateCondition> conditions, IReadOnlyList<StateMutation> further, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            try
            {
                _stored = await store.ReplaceAsync(_stored, change(_stored.Value), fence, conditions, further, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && e.Target == OperationKeys.Operation(_stored.Value.Id))
            {
                // A former write was made although the store could not say so: go on from what is there.
                _stored = await store.FindAsync(_stored.Value.Id, cancellationToken).ConfigureAwait(false)
                    ?? throw OperationErrors.NotFound(_stored.Value.Id);
                if (OperationStore.HasEnded(_stored.Value)) return;
                _stored = await store.ReplaceAsync(_stored, change(_stored.Value), fence, conditions, further, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
