using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>Stores operations; the engine that holds the lease sees them through its watch.</summary>
internal sealed class OperationQueue(IStateStore state, OperationStore operations, TimeProvider timeProvider, Admission? admission = null) : IOperationQueue
{
    private const int MaxKeyLength = 128;
    private const int MaxAttempts = 64;
    private const int AttemptsWithoutPause = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private readonly VolumeLocks _locks = new(state);

    /// <inheritdoc/>
    public async Task<Operation> SubmitAsync(
        OperationRequest request, Func<CancellationToken, Task<OperationIntent>> prepare, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request);
        for (var attempt = 1; ; attempt++)
        {
            if (key is not null && await FindByKeyAsync(key, cancellationToken).ConfigureAwait(false) is { } existing) return existing;
            if (attempt == 1) await EnsureRoomAsync(request.Kind, cancellationToken).ConfigureAwait(false);
            OperationIntent intent;
            Operation wanted;
            List<StateWrite> with = [];
            try
            {
                intent = await prepare(cancellationToken).ConfigureAwait(false);
                wanted = New(request, intent, key, timeProvider.GetUtcNow());
                if (intent is { Existing: null, IsNothing: false })
                {
                    if (intent.LocksVolumes is { } locks) with.Add(await _locks.TakeAsync(locks, wanted, cancellationToken).ConfigureAwait(false));
                    if (admission is not null) with.AddRange(await admission.AdmitAsync(request, intent, cancellationToken).ConfigureAwait(false));
                }
            }
            catch (LimiQuantixException) when (key is not null)
            {
                // Another try of the same call may have been stored since, and be what the precondition met.
                if (await FindByKeyAsync(key, cancellationToken).ConfigureAwait(false) is { } other) return other;
                throw;
            }

            if (intent.Existing is { } joined) return joined;
            // It is not to be found by its key either.
            if (intent.IsNothing) return wanted with { IdempotencyKey = null, Phase = OperationPhase.Succeeded, EndedAt = wanted.CreatedAt };
            var (operation, failedKey) = await CommitAsync(wanted, request, intent with { Writes = [.. intent.Writes, .. with] }, key, cancellationToken).ConfigureAwait(false);
            if (operation is not null) return operation;
            if (attempt == MaxAttempts) throw NeverStoodStill(failedKey);
            if (attempt > AttemptsWithoutPause) await Task.Delay(LongestPause * Random.Shared.NextDouble(), timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public OperationHandle<T> CreateHandle<T>(Operation operation, Func<CancellationToken, Task<T>> loadResult) => IsStored(operation)
        ? new StoredOperationHandle<T>(operations, operation, loadResult)
        : new EndedOperationHandle<T>(operation, loadResult);

    // What is stored has the version of its entry.
    private static bool IsStored(Operation operation) => operation.Version > 0;

    // What is left of a full disk is for what makes room, and for what writes hardly anything and may be needed in such a moment.
    private async Task EnsureRoomAsync(string kind, CancellationToken cancellationToken)
    {
        if (TakesRoom(kind) && (await state.CheckHealthAsync(new CheckHealthRequest(), cancellationToken).ConfigureAwait(false)).Error is { Code: ErrorCodes.InsufficientSpace } full)
            throw new LimiQuantixException(full);
    }

    private static bool TakesRoom(string kind) => kind[(kind.LastIndexOf('.') + 1)..] is not ("delete" or "purge" or "stop" or "pause" or "resume");

    private static RequestKey? Key(OperationRequest request)
    {
        if (request.Options?.IdempotencyKey is not { } key) return null;
        if (key.Length is 0 or > MaxKeyLength)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument,
                $"The idempotency key has {key.Length} characters.",
                $"Use 1 to {MaxKeyLength}.",
                nameof(OperationOptions.IdempotencyKey));
        }

        return new RequestKey(key, OperationKeys.Idempotency(request.Caller, key), RequestHash.Of(request));
    }

    private async Task<Operation?> FindByKeyAsync(RequestKey key, CancellationToken cancellationToken)
    {
        var entry = await state.GetAsync(key.StateKey, cancellationToken).ConfigureAwait(false);
        if (entry is null) return null;
        var stored = DocumentSerializer<IdempotencyEntry>.Read(entry).Value;
        if (stored.RequestHash != key.Hash) throw OperationErrors.KeyConflict(key.Text);
        // The entry goes together with its operation: when that is gone, the key is free again.
        return (await operations.FindAsync(stored.OperationId, cancellationToken).ConfigureAwait(false))?.Value;
    }

    private async Task<(Operation? Operation, string? FailedKey)> CommitAsync(
        Operation operation, OperationRequest request, OperationIntent intent, RequestKey? key, CancellationToken cancellationToken)
    {
        var commit = await state.CommitPatientlyAsync(StateWrite.Combine(null, [Intent(operation, request, intent, key), .. intent.Writes]), cancellationToken)
            .ConfigureAwait(false);
        return commit.IsCommitted ? (operation with { Version = commit.Revision }, null) : (null, commit.FailedKey);
    }

    private static Operation New(OperationRequest request, OperationIntent intent, RequestKey? key, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Project = request.Caller.Project,
        Kind = request.Kind,
        ResourceId = intent.ResourceId,
        LockedIds = LockedIds(intent),
        Phase = intent.IsDone ? OperationPhase.Succeeded : OperationPhase.Pending,
        EndedAt = intent.IsDone ? now : null,
        IdempotencyKey = key?.Text,
        CallerName = request.Caller.Name,
        CreatedAt = now,
    };

    // A locked volume is also one that nothing else works on: a call that outlasts its operation's end, and with it the lock, still has it.
    private static IReadOnlyList<Guid> LockedIds(OperationIntent intent)
    {
        IReadOnlyList<Guid> further = [.. intent.AlsoLocked.Union(intent.LocksVolumes?.VolumeIds ?? []).Where(id => id != intent.ResourceId)];
        return further.Count == 0 ? [] : [intent.ResourceId, .. further];
    }

    private static StateWrite Intent(Operation operation, OperationRequest request, OperationIntent intent, RequestKey? key)
    {
        List<StateMutation> mutations = [OperationStore.Put(operation)];
        if (intent.StoresRequest)
        {
            var body = StateJson.ToBytesAsIs(request.Request);
            mutations.Add(new StateMutation { Key = OperationKeys.Request(operation.Id), Value = body });
        }

        if (intent is not { Data: null, LocksVolumes: null })
        {
            var node = intent.Data is { } data ? StateJson.ToNodeAsIs(data) : null;
            var checkpoint = new OperationCheckpoint { Data = node, LockedVolumes = [.. (intent.LocksVolumes?.VolumeIds ?? []).Distinct()] };
            mutations.Add(OperationStore.PutCheckpoint(operation.Id, checkpoint));
        }

        if (key is null) return new StateWrite { Mutations = mutations };
        var entry = new IdempotencyEntry { OperationId = operation.Id, RequestHash = key.Hash };
        mutations.Add(new StateMutation { Key = key.StateKey, Value = DocumentSerializer<IdempotencyEntry>.Write(entry) });
        return new StateWrite { Conditions = [new StateCondition { Key = key.StateKey, ExpectedVersion = 0 }], Mutations = mutations };
    }

    private static LimiQuantixException NeverStoodStill(string? key) => new(
        ErrorCodes.Conflict, "What the request builds on was changed each time before the request could be stored.", "Try again in a moment.", key,
        isTransient: true);

    private sealed record RequestKey(string Text, string StateKey, string Hash);
}

/// <summary>What a caller's idempotency key stands for.</summary>
internal sealed record IdempotencyEntry
{
    /// <summary>The operation that the key made.</summary>
    public required Guid OperationId { get; init; }

    /// <summary>The SHA-256 of kind, resource and request, in hexadecimal.</summary>
    public required string RequestHash { get; init; }
}
