using System.Runtime.CompilerServices;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>Follows the documents of a query.</summary>
internal sealed class QueryWatch<T>(IStateStore store, QueryKind<T> kind, QueryPages<T> pages) where T : class
{
    /// <summary>First each document as it is, then every change; after a position only the changes.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: no position; <see cref="ErrorCodes.Conflict"/>: one that cannot be gone on from.
    /// </exception>
    public async IAsyncEnumerable<ResourceEvent<T>> FollowAsync(
        QueryRequest<T> request, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<Guid> known = [];
        var position = after;
        // What the caller of a position knows is not known here: it is told of everything that went.
        var knowsAll = after is null;
        while (true)
        {
            if (position is null)
            {
                var (entries, cursor) = await store.ListAllAsync(new StateQuery { Prefix = kind.Prefix }, cancellationToken).ConfigureAwait(false);
                HashSet<Guid> present = [];
                HashSet<Guid> stored = [];
                foreach (var entry in entries)
                {
                    if (kind.Read(entry) is not { } document) continue;
                    var id = kind.FactsOf(document).Id;
                    stored.Add(id);
                    if (!await pages.IsToldAsync(request, document, cancellationToken).ConfigureAwait(false)) continue;
                    present.Add(id);
                    yield return Changed(document, id, cursor);
                }

                foreach (var document in request.Unstored.Where(document => !stored.Contains(kind.FactsOf(document).Id)))
                {
                    if (!await pages.IsToldAsync(request, document, cancellationToken).ConfigureAwait(false)) continue;
                    present.Add(kind.FactsOf(document).Id);
                    yield return Changed(document, kind.FactsOf(document).Id, cursor);
                }

                foreach (var gone in known.Where(id => !present.Contains(id))) yield return Removed(gone, cursor);
                known = present;
                position = cursor;
            }

            var changes = QueryChanges.FollowAsync(store, kind.Prefix, kind.StatusPrefix, position, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (changes.ConfigureAwait(false))
            {
                while (await NextAsync(changes, knowsAll).ConfigureAwait(false))
                {
                    var (change, isStatus, reached) = changes.Current;
                    position = reached;
                    if (IdOf(change.Key, isStatus) is not { } id) continue;
                    var entry = isStatus ? await store.GetAsync(kind.KeyOf(id), cancellationToken).ConfigureAwait(false) : change.Entry;
                    if (entry is null)
                    {
                        // A status that goes with its resource says nothing that the resource's own going does not.
                        if (isStatus) continue;
                        if (known.Remove(id) || (!knowsAll && await WasSeenAsync(request, id, cancellationToken).ConfigureAwait(false)))
                            yield return Removed(id, reached);
                    }
                    else if (kind.Read(entry) is { } document)
                    {
                        if (await pages.IsToldAsync(request, document, cancellationToken).ConfigureAwait(false))
                        {
                            known.Add(id);
                            yield return Changed(document, id, reached);
                        }
                        else if (known.Remove(id) || (!knowsAll && await request.MaySee(kind.FactsOf(document)).ConfigureAwait(false)))
                        {
                            yield return Removed(id, reached);
                        }
                    }
                }
            }

            // Fell too far behind, or the state began a new era: everything is told again.
            position = null;
        }
    }

    // A foreign project's deletion is not told.
    private async Task<bool> WasSeenAsync(QueryRequest<T> request, Guid id, CancellationToken cancellationToken)
    {
        var entry = await store.GetAsync(Departures.KeyOf(kind.Kind, id), cancellationToken).ConfigureAwait(false);
        return entry is not null && await request.MaySee(DocumentSerializer<Departure>.Read(entry).Value.ToFacts()).ConfigureAwait(false);
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<QueryChange> changes, bool canBeginAgain)
    {
        try
        {
            return await changes.MoveNextAsync().ConfigureAwait(false);
        }
        catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && canBeginAgain)
        {
            return false;
        }
    }

    private Guid? IdOf(string key, bool isStatus) =>
        isStatus ? Guid.TryParseExact(key.AsSpan(kind.StatusPrefix!.Length), "D", out var id) ? id : null : kind.IdOf(key);

    private static ResourceEvent<T> Changed(T document, Guid id, string position) =>
        new() { Kind = ResourceEventKind.Changed, Id = id, Resource = document, Position = position };

    private static ResourceEvent<T> Removed(Guid id, string position) =>
        new() { Kind = ResourceEventKind.Removed, Id = id, Position = position };
}
