using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>Forgets operations that ended long ago, with their requests and idempotency keys.</summary>
internal sealed class OperationPruning(
    IStateStore state,
    OperationStore store,
    OperationEngineOptions options,
    TimeProvider timeProvider,
    ILogger<OperationPruning> logger) : IEngineService
{
    private const int OperationsPerTransaction = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PruneAsync(fence, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets what is too old or too much now.</summary>
    public async Task PruneAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var ended = await store.ListEndedAsync(cancellationToken).ConfigureAwait(false);
        var oldest = timeProvider.GetUtcNow() - options.RetainEnded;
        List<Operation> forgotten = [.. ended.Where((operation, index) => index >= options.MaxEnded || operation.EndedAt < oldest)];
        foreach (var chunk in forgotten.Chunk(OperationsPerTransaction))
        {
            var transaction = new StateTransaction { Mutations = [.. chunk.SelectMany(Remove)], Fence = fence };
            await state.CommitOrThrowAsync(transaction, cancellationToken).ConfigureAwait(false);
        }

        if (forgotten.Count > 0) logger.Pruned(forgotten.Count);
    }

    private static IEnumerable<StateMutation> Remove(Operation operation)
    {
        yield return new StateMutation { Key = OperationKeys.Operation(operation.Id) };
        yield return new StateMutation { Key = OperationKeys.Request(operation.Id) };
        yield return new StateMutation { Key = OperationKeys.Checkpoint(operation.Id) };
        yield return new StateMutation { Key = OperationKeys.Cancel(operation.Id) };
        yield return new StateMutation { Key = OperationKeys.Result(operation.Id) };
        if (operation is { IdempotencyKey: { } key, CallerName: { } caller })
            yield return new StateMutation { Key = OperationKeys.Idempotency(operation.Project, caller, key) };
    }
}
