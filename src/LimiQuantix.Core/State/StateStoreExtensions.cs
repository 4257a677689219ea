using System.Runtime.CompilerServices;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>What everybody who uses a store does with it.</summary>
internal static class StateStoreExtensions
{
    /// <summary>Commits, or throws what kept it from being committed.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotLeader"/>: the fence did not hold. <see cref="ErrorCodes.Conflict"/>: a condition did not; the target is
    /// its key.
    /// </exception>
    public static async Task<StateCommit> CommitOrThrowAsync(
        this IStateStore store, StateTransaction transaction, CancellationToken cancellationToken)
    {
        var commit = await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted) return commit;
        throw commit.IsFenced ? NotLeader() : Conflict(commit.FailedKey);
    }

    /// <summary>Gives every entry below a prefix, page by page, with the revision of the first page: watch after it to miss nothing.</summary>
    public static async Task<(IReadOnlyList<StateEntry> Entries, long Revision)> ListAllAsync(
        this IStateStore store, StateQuery query, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
        if (page.Continuation is null) return (page.Entries, page.Revision);
        var revision = page.Revision;
        List<StateEntry> entries = [.. page.Entries];
        while (page.Continuation is { } continuation)
        {
            page = await store.ListAsync(query with { Continuation = continuation }, cancellationToken).ConfigureAwait(false);
            entries.AddRange(page.Entries);
        }

        return (entries, revision);
    }

    /// <summary>
    /// Gives what is below a prefix as it is and then every change. When the watch fell too far behind, what is there is given again, and
    /// keys that vanished meanwhile as deletions.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="knownKeys">Keys that the caller has seen: told as deleted when they are not there any more.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public static async IAsyncEnumerable<StateChange> FollowAsync(
        this IStateStore store, string prefix, IEnumerable<string> knownKeys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> known = new(knownKeys, StringComparer.Ordinal);
        while (true)
        {
            var (entries, revision) = await store.ListAllAsync(new StateQuery { Prefix = prefix }, cancellationToken).ConfigureAwait(false);
            HashSet<string> present = new(entries.Select(entry => entry.Key), StringComparer.Ordinal);
            foreach (var key in known.Where(key => !present.Contains(key)))
            {
                yield return new StateChange { Key = key, Revision = revision };
            }

            known = present;
            foreach (var entry in entries) yield return new StateChange { Key = entry.Key, Revision = entry.Version, Entry = entry };

            var changes = store.WatchAsync(prefix, revision, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (changes.ConfigureAwait(false))
            {
                while (await NextAsync(changes).ConfigureAwait(false))
                {
                    var change = changes.Current;
                    if (change.Entry is null) known.Remove(change.Key);
                    else known.Add(change.Key);
                    yield return change;
                }
            }
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<StateChange> changes)
    {
        try
        {
            return await changes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict)
        {
            return false;
        }
    }

    private static LimiQuantixException NotLeader() => new(
        ErrorCodes.NotLeader, "Another engine has taken over this state.", "Nothing is to be done: the other engine goes on.", isTransient: true);

    private static LimiQuantixException Conflict(string? key) => new(
        ErrorCodes.Conflict,
        $"The stored '{key}' is not as expected: it was changed, made or deleted meanwhile.",
        "Read it again and decide anew.",
        key);
}
