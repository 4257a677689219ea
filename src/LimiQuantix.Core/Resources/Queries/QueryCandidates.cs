using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>What may be on a page, in the order of the query, before any document is read: ids and names come from keys.</summary>
internal sealed class QueryCandidates<T>(IStateStore store, QueryKind<T> kind) where T : class
{
    /// <summary>Finds them, with the cursor to watch after and the era.</summary>
    public async Task<(IReadOnlyList<QueryCandidate<T>> Candidates, string Position, long Era)> FindAsync(
        QueryRequest<T> request, CancellationToken cancellationToken)
    {
        var first = await store.ListAsync(new StateQuery { Prefix = kind.Prefix, KeysOnly = true, Limit = 1 }, cancellationToken).ConfigureAwait(false);
        HashSet<Guid> ids = [];
        foreach (var query in Queries(request))
        {
            var (entries, _) = await store.ListAllAsync(query with { KeysOnly = true }, cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries)
            {
                if (kind.IdOf(entry.Key) is { } id) ids.Add(id);
            }
        }

        var unstored = await UnstoredAsync(request, ids, cancellationToken).ConfigureAwait(false);
        var found = request.Query.Order == ResourceOrder.Name
            ? await ByNameAsync(request, ids, cancellationToken).ConfigureAwait(false)
            : ids.Select(id => new QueryCandidate<T>(PlaceOf(id), id, null));
        found = found.Concat(unstored.Select(document =>
        {
            var facts = kind.FactsOf(document);
            return new QueryCandidate<T>(request.Query.Order == ResourceOrder.Name ? facts.Name : PlaceOf(facts.Id), facts.Id, document);
        }));
        return ([.. request.Query.Descending ? found.OrderDescending() : found.Order()], first.Cursor, first.Era);
    }

    // An index is looked up in all projects: what is a foreign one's is left out when it has been read.
    private IEnumerable<StateQuery> Queries(QueryRequest<T> request) => (request.Index, request.Projects) switch
    {
        ({ } index, _) => [Query(index.Name, index.Value)],
        (_, { } projects) => projects.Select(project => Query("project", project)),
        _ => [new StateQuery { Prefix = kind.Prefix }],
    };

    private StateQuery Query(string name, string value) => new() { Prefix = kind.Prefix, IndexName = name, IndexValue = value };

    // What is found by another index than the project may be stored although it is not among what was found.
    private async Task<IReadOnlyList<T>> UnstoredAsync(QueryRequest<T> request, HashSet<Guid> ids, CancellationToken cancellationToken)
    {
        List<T> unstored = [];
        foreach (var document in request.Unstored)
        {
            var id = kind.FactsOf(document).Id;
            if (!ids.Contains(id) && (request.Index is null || await store.GetAsync(kind.KeyOf(id), cancellationToken).ConfigureAwait(false) is null))
                unstored.Add(document);
        }

        return unstored;
    }

    private async Task<IEnumerable<QueryCandidate<T>>> ByNameAsync(QueryRequest<T> request, HashSet<Guid> ids, CancellationToken cancellationToken)
    {
        List<QueryCandidate<T>> found = [];
        var prefixes = request.Projects is null ? [kind.NamesPrefix!] : request.Projects.Select(project => $"{kind.NamesPrefix}{StateKey.Encode(project)}/");
        foreach (var prefix in prefixes)
        {
            var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = prefix }, cancellationToken).ConfigureAwait(false);
            foreach (var entry in entries)
            {
                var id = DocumentSerializer<NameEntry>.Read(entry).Value.Id;
                if (ids.Contains(id)) found.Add(new QueryCandidate<T>(await NameOfAsync(entry.Key, id, cancellationToken).ConfigureAwait(false), id, null));
            }
        }

        return found;
    }

    private async Task<string> NameOfAsync(string key, Guid id, CancellationToken cancellationToken)
    {
        if (StateKey.TryDecode(key.AsSpan(key.LastIndexOf('/') + 1)) is { } name) return name;
        // A very long name is in its key as a digest.
        var entry = await store.GetAsync(kind.KeyOf(id), cancellationToken).ConfigureAwait(false);
        return entry is not null && kind.Read(entry) is { } document ? kind.FactsOf(document).Name : "";
    }

    // A UUIDv7 sorts by the time it was chosen at; other ids stand for what nobody asked for.
    private static string PlaceOf(Guid id) => id.Version == 7 ? "1" + id.ToString("D") : "0" + id.ToString("D");
}

/// <summary>One that may be on a page.</summary>
/// <param name="Place">Its place in the order.</param>
/// <param name="Id">Its id: decides between equal places.</param>
/// <param name="Unstored">The document, when it is there without being stored.</param>
internal sealed record QueryCandidate<T>(string Place, Guid Id, T? Unstored) : IComparable<QueryCandidate<T>> where T : class
{
    public int CompareTo(QueryCandidate<T>? other) => other is null ? 1 : CompareTo(other.Place, other.Id);

    public int CompareTo(string place, Guid id) => string.CompareOrdinal(Place, place) is var order and not 0 ? order : Id.CompareTo(id);
}
