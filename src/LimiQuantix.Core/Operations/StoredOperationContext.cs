using System.Text.Json;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>The context of an operation that runs under the engine's lease.</summary>
internal sealed class StoredOperationContext(
    IStateStore state,
    Operation operation,
    StateEntry? request,
    StateEntry? checkpoint,
    StateLease fence,
    ProgressWriter progress,
    Func<bool> isCancelRequested,
    ILogger logger,
    CancellationToken stopping) : OperationContext
{
    private StateEntry? _checkpoint = checkpoint;

    /// <inheritdoc/>
    public override Operation Operation => operation;

    /// <inheritdoc/>
    public override bool IsCancelRequested => isCancelRequested();

    /// <inheritdoc/>
    public override CancellationToken Stopping => stopping;

    /// <inheritdoc/>
    public override StateLease? Fence => fence;

    /// <inheritdoc/>
    public override ILogger Logger => logger;

    /// <inheritdoc/>
    public override T GetRequest<T>() => request is not null
        ? DocumentSerializer<T>.Read(request).Value
        : throw new LimiQuantixException(
            ErrorCodes.DataCorrupt, "The operation's request is missing from the state.", "Restore the state from a backup, or ask again.",
            OperationKeys.Request(operation.Id));

    /// <inheritdoc/>
    public override T? GetCheckpoint<T>() where T : class =>
        Volatile.Read(ref _checkpoint) is { } entry ? DocumentSerializer<T>.Read(entry).Value : null;

    /// <inheritdoc/>
    public override async Task SaveCheckpointAsync<T>(T checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var key = OperationKeys.Checkpoint(operation.Id);
        var value = JsonSerializer.SerializeToUtf8Bytes(checkpoint, StateJson.Options);
        var transaction = new StateTransaction { Mutations = [new StateMutation { Key = key, Value = value }], Fence = fence };
        var commit = await state.CommitOrThrowAsync(transaction, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _checkpoint, new StateEntry { Key = key, Value = value, Version = commit.Revision });
    }

    /// <inheritdoc/>
    public override void Report(OperationProgress progressMade) => progress.Report(progressMade);
}
