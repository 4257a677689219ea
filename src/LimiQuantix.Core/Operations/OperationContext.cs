using System.Text.Json;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>What a kind knows of its operation, and where is kept how far it is. Its members may be used from several threads.</summary>
internal sealed class OperationContext(
    IStateStore state,
    Operation operation,
    StateEntry? request,
    OperationCheckpoint checkpoint,
    StateLease fence,
    ProgressWriter progress,
    Func<bool> isCancelRequested,
    ILogger logger,
    CancellationToken stopping)
{
    private OperationCheckpoint _checkpoint = checkpoint;

    /// <summary>The operation as it was when this attempt began.</summary>
    public Operation Operation => operation;

    /// <summary>Whether the user wants the operation to end and to undo what it made.</summary>
    public bool IsCancelRequested => isCancelRequested();

    /// <summary>Ends when this process may no longer work: the engine stops or lost its lease.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>The engine's lease: every write to the state on the operation's behalf carries it.</summary>
    public StateLease Fence => fence;

    /// <summary>A logger whose scope names the operation and its resource.</summary>
    public ILogger Logger => logger;

    /// <summary>How far the operation is.</summary>
    public OperationCheckpoint Checkpoint => Volatile.Read(ref _checkpoint);

    /// <summary>The request that the operation was submitted with.</summary>
    /// <typeparam name="T">The type it was submitted as.</typeparam>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.DataCorrupt"/>.</exception>
    public T GetRequest<T>() where T : class => request is not null
        ? DocumentSerializer<T>.Read(request).Value
        : throw new LimiQuantixException(
            ErrorCodes.DataCorrupt, "The operation's request is missing from the state.", "Restore the state from a backup, or ask again.",
            OperationKeys.Request(operation.Id));

    /// <summary>What was submitted with the operation for its kind, or saved since; <see langword="null"/> when nothing was.</summary>
    /// <typeparam name="T">The type it was saved as.</typeparam>
    public T? GetData<T>() where T : class => Checkpoint.Data?.Deserialize(StateJson.TypeOf<T>());

    /// <summary>Stores what the kind wants to know in a later attempt. Replaces the former.</summary>
    /// <typeparam name="T">A JSON-serialisable type.</typeparam>
    public Task SaveDataAsync<T>(T data, CancellationToken cancellationToken) where T : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return SaveAsync(Checkpoint with { Data = StateJson.ToNode(data) }, cancellationToken);
    }

    /// <summary>Stores a checkpoint.</summary>
    public Task SaveAsync(OperationCheckpoint next, CancellationToken cancellationToken) => SaveAsync(next, [], cancellationToken);

    /// <summary>Stores a checkpoint, and what belongs to it, in one transaction.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>; <see cref="ErrorCodes.Conflict"/>: a condition did not hold.</exception>
    public async Task SaveAsync(OperationCheckpoint next, IReadOnlyList<StateWrite> with, CancellationToken cancellationToken)
    {
        var checkpoint = new StateWrite { Mutations = [OperationStore.PutCheckpoint(operation.Id, next)] };
        await state.CommitOrThrowAsync(StateWrite.Combine(fence, [checkpoint, .. with]), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _checkpoint, next);
    }

    /// <summary>Tells the progress. Cheap: stored about twice a second, the newest wins, the last is always stored.</summary>
    public void Report(OperationProgress progressMade) => progress.Report(progressMade);
}
