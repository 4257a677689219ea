using System.Runtime.CompilerServices;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Status;

/// <summary>What was seen of a resource last: a document of its own, written by the leader when it changes.</summary>
internal abstract record StatusDocument
{
    /// <summary>The resource's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>When what is written here was first seen so; <see langword="null"/> while it was never seen.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>Why it cannot be seen at present: everything else is what was seen last.</summary>
    public LimiQuantixError? ObservationError { get; init; }
}

/// <summary>The statuses of one kind, at <c>status/KIND/ID</c>.</summary>
internal sealed class StatusTable<T>(IStateStore store, string kind) where T : StatusDocument
{
    private const int ReadAtOnce = 16;

    /// <summary>What was seen last; <see langword="null"/> while nothing was.</summary>
    public async Task<Stored<T>?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var entry = await store.GetAsync(KeyOf(id), cancellationToken).ConfigureAwait(false);
        return entry is null ? null : TryRead(entry);
    }

    /// <summary>What was seen last of several, in their order.</summary>
    public async Task<IReadOnlyList<Stored<T>?>> FindAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        List<Stored<T>?> found = [];
        foreach (var chunk in ids.Chunk(ReadAtOnce))
            found.AddRange(await Task.WhenAll(chunk.Select(id => FindAsync(id, cancellationToken))).ConfigureAwait(false));
        return found;
    }

    /// <summary>
    /// Writes what is seen now, when it differs from what was seen last by more than the time. The last one is read before the look, so that of two
    /// looks at once the earlier never replaces the later.
    /// </summary>
    /// <param name="last">What was there before the look.</param>
    /// <param name="next">What was seen.</param>
    /// <param name="fence">The engine's lease.</param>
    /// <param name="owner">The key that must be there: what is seen of something that was deleted meanwhile is not written.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it is written; otherwise something was changed meanwhile: look again.</returns>
    public async Task<bool> WriteAsync(Stored<T>? last, T next, StateLease fence, string? owner, CancellationToken cancellationToken)
    {
        StatusDocument timeless = next;
        timeless = timeless with { ObservedAt = last?.Value.ObservedAt ?? next.ObservedAt };
        var json = DocumentSerializer<T>.Write((T)timeless, last?.Json ?? default);
        if (last is not null && json.Span.SequenceEqual(last.Json.Span)) return true;
        List<StateCondition> conditions = [new() { Key = KeyOf(next.Id), ExpectedVersion = last?.Version ?? 0 }];
        if (owner is not null)
        {
            // Gone: nothing is to be written any more.
            if (await store.GetAsync(owner, cancellationToken).ConfigureAwait(false) is not { } resource) return true;
            conditions.Add(new StateCondition { Key = owner, ExpectedVersion = resource.Version });
        }

        var mutation = new StateMutation { Key = KeyOf(next.Id), Value = DocumentSerializer<T>.Write(next, last?.Json ?? default) };
        var commit = await store.CommitPatientlyAsync(
            new StateTransaction { Conditions = conditions, Mutations = [mutation], Fence = fence }, cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted || commit.IsFenced) return true;
        if (last is null) await RemoveUnreadableAsync(KeyOf(next.Id), fence, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Follows what is seen of a resource: first what was seen last, then every change.</summary>
    public async IAsyncEnumerable<T> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in store.FollowAsync(KeyOf(id), [KeyOf(id)], cancellationToken).ConfigureAwait(false))
        {
            if (change.Entry is not null && TryRead(change.Entry) is { } stored) yield return stored.Value;
        }
    }

    // What cannot be read would stand in the way for ever; it is seen again anyhow.
    private async Task RemoveUnreadableAsync(string key, StateLease fence, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } entry || TryRead(entry) is not null) return;
        var transaction = new StateTransaction
        {
            Conditions = [new StateCondition { Key = key, ExpectedVersion = entry.Version }],
            Mutations = [new StateMutation { Key = key }],
            Fence = fence,
        };
        await store.CommitPatientlyAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    private static Stored<T>? TryRead(StateEntry entry)
    {
        try
        {
            return DocumentSerializer<T>.Read(entry);
        }
        catch (LimiQuantixException e) when (e.Code is ErrorCodes.DataCorrupt or ErrorCodes.NewerState)
        {
            return null;
        }
    }

    /// <summary>Forgets what was seen of something that is no more.</summary>
    public Task DeleteAsync(Guid id, StateLease fence, CancellationToken cancellationToken) => store.CommitPatientlyAsync(
        new StateTransaction { Mutations = [new StateMutation { Key = KeyOf(id) }], Fence = fence }, cancellationToken);

    private string KeyOf(Guid id) => StatusTable.PrefixOf(kind) + id.ToString("D");
}

/// <summary>Where statuses are.</summary>
internal static class StatusTable
{
    /// <summary>The beginning of a kind's keys.</summary>
    public static string PrefixOf(string kind) => $"status/{kind}/";
}
