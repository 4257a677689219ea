using System.Runtime.CompilerServices;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>What everybody who uses a store does with it.</summary>
internal static class StateStoreExtensions
{
    private const int MaxAttempts = 5;
    private const int MaxListings = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Commits; when the store gives no answer (time-out, lost connection), asks again with the same id, so that nothing is made twice and a
    /// change that was made is not told as somebody else's. Gives up after five tries or 20 seconds with the store's error.
    /// </summary>
    public static async Task<StateCommit> CommitPatientlyAsync(
        this IStateStore store, StateTransaction transaction, CancellationToken cancellationToken)
    {
        // Real time whatever clock is injected: it is the store that is waited for.
        var began = TimeProvider.System.GetTimestamp();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException e) when (IsNoAnswer(e) && attempt < MaxAttempts && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }

    /// <summary>Commits patiently, or throws what kept it from being committed.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotLeader"/>: the fence did not hold. <see cref="ErrorCodes.Conflict"/>: a condition did not; the target is
    /// its key.
    /// </exception>
    public static async Task<StateCommit> CommitOrThrowAsync(
        this IStateStore store, StateTransaction transaction, CancellationToken cancellationToken)
    {
        var commit = await store.CommitPatientlyAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted) return commit;
        throw commit.IsFenced ? NotLeader() : Conflict(commit.FailedKey);
    }

    /// <summary>
    /// Gives every entry of a query, page by page, with the cursor of the first page: watch after it to miss nothing. Begins again when the
    /// store begins a new era meanwhile.
    /// </summary>
    public static async Task<(IReadOnlyList<StateEntry> Entries, string Cursor)> ListAllAsync(
        this IStateStore store, StateQuery query, CancellationToken cancellationToken)
    {
        for (var listing = 1; ; listing++)
        {
            var page = await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
            if (page.Continuation is null) return (page.Entries, page.Cursor);
            var cursor = page.Cursor;
            List<StateEntry> entries = [.. page.Entries];
            try
            {
                while (page.Continuation is { } continuation)
                {
                    page = await store.ListAsync(query with { Continuation = continuation }, cancellationToken).ConfigureAwait(false);
                    entries.AddRange(page.Entries);
                }

                return (entries, cursor);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && listing < MaxListings)
            {
                // Another era: what was listed is not to be trusted.
            }
        }
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
            var (entries, cursor) = await store.ListAllAsync(new StateQuery { Prefix = prefix }, cancellationToken).ConfigureAwait(false);
            HashSet<string> present = new(entries.Select(entry => entry.Key), StringComparer.Ordinal);
            foreach (var key in known.Where(key => !present.Contains(key)))
            {
                yield return new StateChange { Key = key, Revision = 0, Cursor = cursor };
            }

            known = present;
            foreach (var entry in entries)
            {
                yield return new StateChange { Key = entry.Key, Revision = entry.Version, Cursor = cursor, Entry = entry };
            }

            var changes = store.WatchAsync(prefix, cursor, cancellationToken).GetAsyncEnumerator(cancellationToken);
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

    private static bool IsNoAnswer(LimiQuantixException exception) =>
        exception.Code is ErrorCodes.Timeout || (exception.Code is ErrorCodes.Unavailable && exception.IsTransient);

    private static LimiQuantixException NotLeader() => new(
        ErrorCodes.NotLeader, "Another engine has taken over this state.", "Nothing is to be done: the other engine goes on.", isTransient: true);

    private static LimiQuantixException Conflict(string? key) => new(
        ErrorCodes.Conflict,
        $"The stored '{key}' is not as expected: it was changed, made or deleted meanwhile.",
        "Read it again and decide anew.",
        key);
}
