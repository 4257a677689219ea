using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Storage;

/// <summary>The verbs on a volume's bytes that exclude each other, as locks name them.</summary>
internal static class VolumeVerbs
{
    public const string Backup = "backup";

    public const string Snapshot = "snapshot";

    public const string Move = "move";

    public const string Migrate = "migrate";

    public const string Grow = "grow";
}

/// <summary>Asks for volumes to be locked with an operation's intent, until the operation has ended.</summary>
internal sealed record VolumeLockRequest
{
    /// <summary>One of <see cref="VolumeVerbs"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>The volumes.</summary>
    public required IReadOnlyList<Guid> VolumeIds { get; init; }
}

/// <summary>
/// Locks of volumes (<c>volume-locks/ID</c>), one each: while an operation backs a volume up, takes a snapshot, moves, migrates or grows it, no other
/// one begins to. A lock is taken in the transaction that stores the operation, or later by the operation itself, and given back in the transaction
/// that ends it: an operation that no process works on at present keeps its locks, and none outlasts its operation.
/// </summary>
internal sealed class VolumeLocks(IStateStore store)
{
    private const string Prefix = "volume-locks/";
    private const int MaxAttempts = 8;

    /// <summary>Who has a volume locked; <see langword="null"/>: nobody.</summary>
    public async Task<VolumeLock?> FindAsync(Guid volumeId, CancellationToken cancellationToken) =>
        (await ReadAsync(volumeId, cancellationToken).ConfigureAwait(false))?.Value;

    /// <summary>
    /// Refuses when an operation has one of the volumes locked: for plans, and with the writes' conditions for what must not begin meanwhile without
    /// taking a lock itself, such as a deletion.
    /// </summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>, naming the holder.</exception>
    public async Task<StateWrite> RequireFreeAsync(IEnumerable<Guid> volumeIds, CancellationToken cancellationToken)
    {
        List<StateCondition> conditions = [];
        foreach (var id in volumeIds.Distinct())
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } held) throw IsHeld(id, held);
            conditions.Add(new StateCondition { Key = KeyOf(id), ExpectedVersion = 0 });
        }

        return new StateWrite { Conditions = conditions };
    }

    /// <summary>The write that locks volumes for an operation that is about to be stored.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>, naming the holder.</exception>
    public async Task<StateWrite> TakeAsync(VolumeLockRequest request, Operation operation, CancellationToken cancellationToken)
    {
        var free = await RequireFreeAsync(request.VolumeIds, cancellationToken).ConfigureAwait(false);
        return free with { Mutations = [.. request.VolumeIds.Distinct().Select(id => Put(id, request.Verb, operation))] };
    }

    /// <summary>
    /// Locks volumes for an operation that runs, where it learns only then which ones. Those that it has already are its own still; done again after a
    /// crash it comes to the same.
    /// </summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>, naming the holder.</exception>
    public async Task HoldAsync(OperationContext context, VolumeLockRequest request, CancellationToken cancellationToken)
    {
        List<Guid> missing = [.. request.VolumeIds.Distinct().Except(context.Checkpoint.LockedVolumes)];
        if (missing.Count == 0) return;
        var next = context.Checkpoint with { LockedVolumes = [.. context.Checkpoint.LockedVolumes, .. missing] };
        for (var attempt = 1; ; attempt++)
        {
            var free = await RequireFreeAsync(missing, cancellationToken).ConfigureAwait(false);
            try
            {
                var locks = free with { Mutations = [.. missing.Select(id => Put(id, request.Verb, context.Operation))] };
                await context.SaveAsync(next, [locks], cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && attempt < MaxAttempts)
            {
                // Another one was faster: it is named, unless it has ended already.
            }
        }
    }

    /// <summary>The writes that give back what an operation has locked.</summary>
    public async Task<IReadOnlyList<StateWrite>> GiveBackAsync(Guid operationId, IEnumerable<Guid> volumeIds, CancellationToken cancellationToken)
    {
        List<StateWrite> writes = [];
        foreach (var id in volumeIds)
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { } held || held.Value.OperationId != operationId) continue;
            writes.Add(new StateWrite
            {
                Conditions = [new StateCondition { Key = KeyOf(id), ExpectedVersion = held.Version }],
                Mutations = [new StateMutation { Key = KeyOf(id) }],
            });
        }

        return writes;
    }

    private async Task<Stored<VolumeLock>?> ReadAsync(Guid volumeId, CancellationToken cancellationToken) =>
        await store.GetAsync(KeyOf(volumeId), cancellationToken).ConfigureAwait(false) is { } entry ? DocumentSerializer<VolumeLock>.Read(entry) : null;

    private static StateMutation Put(Guid volumeId, string verb, Operation operation)
    {
        var held = new VolumeLock { Verb = verb, OperationId = operation.Id, OperationKind = operation.Kind, OperationCreatedAt = operation.CreatedAt };
        return new StateMutation { Key = KeyOf(volumeId), Value = DocumentSerializer<VolumeLock>.Write(held) };
    }

    private static LimiQuantixException IsHeld(Guid volumeId, VolumeLock held) => new(
        ErrorCodes.FailedPrecondition,
        $"The volume {volumeId} is locked for '{held.Verb}' by operation {held.OperationId} ('{held.OperationKind}', of {held.OperationCreatedAt:u}).",
        "Wait until that operation has ended, or cancel it; then try again.",
        volumeId.ToString(),
        isTransient: true);

    private static string KeyOf(Guid id) => Prefix + id.ToString("D");
}

/// <summary>Who has a volume locked, and for what.</summary>
internal sealed record VolumeLock
{
    public required string Verb { get; init; }

    public required Guid OperationId { get; init; }

    public required string OperationKind { get; init; }

    public required DateTimeOffset OperationCreatedAt { get; init; }
}
