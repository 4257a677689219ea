using LimiQuantix.Core.Resources;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>A running operation's stored record, written by nobody but its run: progress and end, one write at a time, all fenced.</summary>
internal sealed class OperationRecord(OperationStore store, Stored<Operation> stored, StateLease fence) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private Stored<Operation> _stored = stored;

    /// <summary>Stores the beginning of an attempt.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => WriteAsync(
        operation => operation with { Phase = OperationPhase.Running, Attempts = operation.Attempts + 1 }, [], cancellationToken);

    /// <summary>The operation as it was stored last.</summary>
    public Operation Operation => Volatile.Read(ref _stored).Value;

    /// <summary>Stores a progress.</summary>
    public Task WriteProgressAsync(OperationProgress progress, CancellationToken cancellationToken) =>
        WriteAsync(operation => operation with { Progress = progress }, [], cancellationToken);

    /// <summary>Stores the end, and removes what only a running operation needs.</summary>
    public Task EndAsync(
        OperationPhase phase, LimiQuantixError? error, OperationProgress? progress, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            operation => operation with { Phase = phase, Error = error, Progress = progress ?? operation.Progress, EndedAt = now },
            [
                new StateMutation { Key = OperationKeys.Checkpoint(Operation.Id) },
                new StateMutation { Key = OperationKeys.Cancel(Operation.Id) },
            ],
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task WriteAsync(Func<Operation, Operation> change, IReadOnlyList<StateMutation> further, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            try
            {
                _stored = await store.ReplaceAsync(_stored, change(_stored.Value), fence, further, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict)
            {
                // A former write was made although the store could not say so: go on from what is there.
                _stored = await store.FindAsync(_stored.Value.Id, cancellationToken).ConfigureAwait(false)
                    ?? throw OperationErrors.NotFound(_stored.Value.Id);
                if (OperationStore.HasEnded(_stored.Value)) return;
                _stored = await store.ReplaceAsync(_stored, change(_stored.Value), fence, further, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
