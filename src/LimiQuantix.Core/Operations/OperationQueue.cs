using System.Text.Json;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>Stores operations; the engine that holds the lease sees them through its watch.</summary>
internal sealed class OperationQueue(IStateStore state, OperationStore operations, TimeProvider timeProvider) : IOperationQueue
{
    private const int MaxKeyLength = 128;
    private const int MaxAttempts = 8;

    /// <inheritdoc/>
    public async Task<Operation> SubmitAsync(OperationSubmission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        if (submission.Options?.IdempotencyKey is not { } key)
        {
            var plain = await CommitAsync(submission, null, cancellationToken).ConfigureAwait(false);
            return plain.Operation ?? throw Conflict(plain.FailedKey);
        }

        if (key.Length is 0 or > MaxKeyLength)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                $"The idempotency key has {key.Length} characters.",
                $"Use 1 to {MaxKeyLength}.",
                nameof(OperationOptions.IdempotencyKey));
        }

        var hash = RequestHash.Of(submission);
        for (var attempt = 1; ; attempt++)
        {
            if (await FindByKeyAsync(submission.Caller.Project, key, hash, cancellationToken).ConfigureAwait(false) is { } existing) return existing;
            var (operation, failedKey) = await CommitAsync(submission, hash, cancellationToken).ConfigureAwait(false);
            if (operation is not null) return operation;
            // Whatever condition failed: when the key has come into being meanwhile, another try of the same call was first.
            if (await FindByKeyAsync(submission.Caller.Project, key, hash, cancellationToken).ConfigureAwait(false) is { } other) return other;
            if (failedKey != OperationKeys.Idempotency(submission.Caller.Project, key) || attempt == MaxAttempts) throw Conflict(failedKey);
        }
    }

    /// <inheritdoc/>
    public OperationHandle<T> CreateHandle<T>(Operation operation, Func<CancellationToken, Task<T>> loadResult) =>
        new StoredOperationHandle<T>(operations, operation, loadResult);

    private async Task<Operation?> FindByKeyAsync(string project, string key, string hash, CancellationToken cancellationToken)
    {
        var entry = await state.GetAsync(OperationKeys.Idempotency(project, key), cancellationToken).ConfigureAwait(false);
        if (entry is null) return null;
        var stored = DocumentSerializer<IdempotencyEntry>.Read(entry).Value;
        if (stored.RequestHash != hash) throw OperationErrors.KeyConflict(key);
        // The entry goes together with its operation: when that is gone, the key is free again.
        return (await operations.FindAsync(stored.OperationId, cancellationToken).ConfigureAwait(false))?.Value;
    }

    private async Task<(Operation? Operation, string? FailedKey)> CommitAsync(
        OperationSubmission submission, string? hash, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(now),
            Project = submission.Caller.Project,
            Kind = submission.Kind,
            ResourceId = submission.ResourceId,
            Phase = OperationPhase.Pending,
            IdempotencyKey = submission.Options?.IdempotencyKey,
            CallerName = submission.Caller.Name,
            CreatedAt = now,
        };
        var commit = await state.CommitPatientlyAsync(StateWrite.Combine(null, [Intent(operation, submission, hash), .. submission.Writes]), cancellationToken)
            .ConfigureAwait(false);
        return commit.IsCommitted ? (operation with { Version = commit.Revision }, null) : (null, commit.FailedKey);
    }

    private static StateWrite Intent(Operation operation, OperationSubmission submission, string? hash)
    {
        var write = new StateWrite { Mutations = [OperationStore.Put(operation)] };
        if (submission.StoresRequest)
        {
            var request = JsonSerializer.SerializeToUtf8Bytes(submission.Request, submission.Request.GetType(), StateJson.Options);
            write = write with { Mutations = [.. write.Mutations, new StateMutation { Key = OperationKeys.Request(operation.Id), Value = request }] };
        }

        if (hash is null) return write;
        var key = OperationKeys.Idempotency(operation.Project, operation.IdempotencyKey!);
        var entry = new IdempotencyEntry { OperationId = operation.Id, RequestHash = hash };
        return write with
        {
            Conditions = [new StateCondition { Key = key, ExpectedVersion = 0 }],
            Mutations = [.. write.Mutations, new StateMutation { Key = key, Value = DocumentSerializer<IdempotencyEntry>.Write(entry) }],
        };
    }

    private static LimiQuantixException Conflict(string? key) => new(
        ErrorCodes.Conflict, "Something the request builds on was changed, made or deleted meanwhile.", "Look at it again and decide anew.", key);
}
