using System.Runtime.CompilerServices;
using System.Text.Json;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>The operations in the state: reading, following, and the mutations that others put into transactions.</summary>
internal sealed class OperationStore(IStateStore state, TimeProvider timeProvider, UnreadableDocuments? unreadable = null)
{
    private const string OpenIndex = "open";

    private readonly UnreadableDocuments _unreadable =
        (unreadable ?? new UnreadableDocuments()).Including(OperationKeys.Prefix, entry => DocumentSerializer<Operation>.Read(entry));

    /// <summary>What queries know of operations.</summary>
    public QueryKind<Operation> Queries => field ??= new QueryKind<Operation>
    {
        Kind = "operations",
        Prefix = OperationKeys.Prefix,
        KeyOf = OperationKeys.Operation,
        IdOf = key => StateKey.TryParseNewestFirst(key.AsSpan(OperationKeys.Prefix.Length), out var id) ? id : null,
        Read = entry => _unreadable.TryRead<Operation>(entry)?.Value,
        FactsOf = operation => new QueryFacts(
            operation.Id, operation.Kind, operation.Project, operation.CallerName, ResourceSharing.Project, new Dictionary<string, string>()),
    };

    /// <summary>The index that answers a query; all of them are as old as operations are.</summary>
    public static (string Name, string Value)? IndexOf(OperationQuery query) => query switch
    {
        { ResourceId: { } id } => ("resource", id.ToString("D")),
        // The open ones are few.
        { HasEnded: false } or { Phase: OperationPhase.Pending or OperationPhase.Running or OperationPhase.Cancelling } => (OpenIndex, "true"),
        _ => null,
    };

    /// <summary>Whether an operation in this phase has ended.</summary>
    public static bool HasEnded(Operation operation) =>
        operation.Phase is OperationPhase.Succeeded or OperationPhase.Failed or OperationPhase.Cancelled;

    /// <summary>Gives one operation, or <see langword="null"/>.</summary>
    public async Task<Stored<Operation>?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var entry = await state.GetAsync(OperationKeys.Operation(id), cancellationToken).ConfigureAwait(false);
        return entry is null ? null : DocumentSerializer<Operation>.Read(entry);
    }

    /// <summary>Lists a project's operations, newest first. What cannot be read is left out.</summary>
    public async Task<IReadOnlyList<Operation>> ListAsync(string project, Guid? resourceId, CancellationToken cancellationToken)
    {
        var query = resourceId is { } id ? Query("resource", id.ToString("D")) : Query("project", project);
        var (entries, _) = await state.ListAllAsync(query, cancellationToken).ConfigureAwait(false);
        // In the order of their keys.
        return [.. _unreadable.Readable<Operation>(entries).Select(stored => stored.Value).Where(operation => operation.Project == project)];
    }

    /// <summary>Lists the operations that have not ended, newest first, with the cursor to watch after.</summary>
    public Task<(IReadOnlyList<StateEntry> Entries, string Cursor)> ListOpenAsync(CancellationToken cancellationToken) =>
        state.ListAllAsync(Query(OpenIndex, "true"), cancellationToken);

    /// <summary>Lists the operations that have ended, those that ended last first. What cannot be read is left out.</summary>
    public async Task<IReadOnlyList<Operation>> ListEndedAsync(CancellationToken cancellationToken)
    {
        var (entries, _) = await state.ListAllAsync(Query(OpenIndex, "false"), cancellationToken).ConfigureAwait(false);
        return [.. _unreadable.Readable<Operation>(entries).Select(stored => stored.Value).OrderByDescending(operation => operation.EndedAt)];
    }

    /// <summary>Follows an operation: first as it is, then every stored change, until it has ended.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: there is none, or no more.</exception>
    public async IAsyncEnumerable<Operation> FollowAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = OperationKeys.Operation(id);
        await foreach (var change in state.FollowAsync(key, [key], cancellationToken).ConfigureAwait(false))
        {
            if (change.Entry is null) throw OperationErrors.NotFound(id);
            var operation = DocumentSerializer<Operation>.Read(change.Entry).Value;
            yield return operation;
            if (HasEnded(operation)) yield break;
        }
    }

    /// <summary>Stores the wish that an operation ends. Does nothing when it has ended.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    public async Task RequestCancelAsync(Guid id, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw OperationErrors.NotFound(id);
        if (HasEnded(stored.Value)) return;
        var wish = DocumentSerializer<CancelEntry>.Write(new CancelEntry { RequestedAt = timeProvider.GetUtcNow() });
        // A wish for an operation that ends at this moment stays without effect until the operation is pruned with it.
        var transaction = new StateTransaction { Mutations = [new StateMutation { Key = OperationKeys.Cancel(id), Value = wish }] };
        await state.CommitOrThrowAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether somebody wished that an operation ends.</summary>
    public async Task<bool> IsCancelRequestedAsync(Guid id, CancellationToken cancellationToken) =>
        await state.GetAsync(OperationKeys.Cancel(id), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>How far an operation is; an empty checkpoint when nothing is noted.</summary>
    public async Task<OperationCheckpoint> GetCheckpointAsync(Guid id, CancellationToken cancellationToken) =>
        await state.GetAsync(OperationKeys.Checkpoint(id), cancellationToken).ConfigureAwait(false) is { } entry
            ? DocumentSerializer<OperationCheckpoint>.Read(entry).Value
            : new OperationCheckpoint();

    /// <summary>What an operation stored as its result; <see langword="null"/> when it stored none.</summary>
    public async Task<T?> GetResultAsync<T>(Guid id, CancellationToken cancellationToken)
    {
        if (await state.GetAsync(OperationKeys.Result(id), cancellationToken).ConfigureAwait(false) is not { } entry) return default;
        try
        {
            return JsonSerializer.Deserialize((typeof(T) == typeof(VirtualMachine) ? MachineUpcast.Result(entry.Value) : entry.Value).Span, StateJson.TypeOf<T>());
        }
        catch (JsonException e)
        {
            throw new LimiQuantixException(
                ErrorCodes.DataCorrupt, $"The stored result '{entry.Key}' cannot be read: {e.Message}", "Read the resource itself.", entry.Key, innerException: e);
        }
    }

    /// <summary>Replaces an operation as the engine, with further conditions and changes in the same transaction.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>, <see cref="ErrorCodes.Conflict"/>.</exception>
    public async Task<Stored<Operation>> ReplaceAsync(
        Stored<Operation> previous,
        Operation next,
        StateLease fence,
        IReadOnlyList<StateCondition> conditions,
        IReadOnlyList<StateMutation> further,
        CancellationToken cancellationToken)
    {
        var mutation = Put(next, previous.Json);
        var transaction = new StateTransaction
        {
            Conditions = [new StateCondition { Key = mutation.Key, ExpectedVersion = previous.Version }, .. conditions],
            Mutations = [mutation, .. further],
            Fence = fence,
        };
        var commit = await state.CommitOrThrowAsync(transaction, cancellationToken).ConfigureAwait(false);
        return DocumentSerializer<Operation>.Read(
            new StateEntry { Key = mutation.Key, Value = mutation.Value!.Value, Version = commit.Revision });
    }

    /// <summary>The mutation that stores an operation with what it is listed by.</summary>
    public static StateMutation Put(Operation operation, ReadOnlyMemory<byte> previous = default) => new()
    {
        Key = OperationKeys.Operation(operation.Id),
        Value = DocumentSerializer<Operation>.Write(operation, previous),
        Indexes =
        [
            new() { Name = "project", Value = operation.Project },
            new() { Name = "resource", Value = operation.ResourceId.ToString("D") },
            new() { Name = OpenIndex, Value = HasEnded(operation) ? "false" : "true" },
        ],
    };

    /// <summary>The mutation that stores how far an operation is.</summary>
    public static StateMutation PutCheckpoint(Guid id, OperationCheckpoint checkpoint) =>
        new() { Key = OperationKeys.Checkpoint(id), Value = DocumentSerializer<OperationCheckpoint>.Write(checkpoint) };

    /// <summary>The mutation that stores a result, if there is one.</summary>
    public static IEnumerable<StateMutation> PutResult(Guid id, object? result)
    {
        if (result is null) yield break;
        yield return new StateMutation { Key = OperationKeys.Result(id), Value = StateJson.ToBytesAsIs(result) };
    }

    private static StateQuery Query(string indexName, string indexValue) =>
        new() { Prefix = OperationKeys.Prefix, IndexName = indexName, IndexValue = indexValue };
}
