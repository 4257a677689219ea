using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>Gives lists page by page: candidates from keys, then as many documents as a page needs.</summary>
internal sealed class QueryPages<T>(IStateStore store, QueryKind<T> kind) where T : class
{
    /// <summary>The most documents that are read for a page.</summary>
    public const int MaxScanned = 5000;

    private const int ReadAtOnce = 16;
    private readonly QueryCandidates<T> _candidates = new(store, kind);

    /// <summary>Gives a page.</summary>
    /// <param name="request">The query and for whom it is answered.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>, <see cref="ErrorCodes.Conflict"/>: see <see cref="PageCursor"/>.
    /// </exception>
    public async Task<Page<T>> ListAsync(QueryRequest<T> request, CancellationToken cancellationToken)
    {
        var query = request.Query;
        var digest = PageCursor.DigestOf(kind.Kind, request.Caller, query);
        var cursor = PageCursor.Parse(query.Cursor, digest);
        var (candidates, position, era) = await _candidates.FindAsync(request, cancellationToken).ConfigureAwait(false);
        cursor?.EnsureOf(era);
        QueryCandidate<T>[] rest = cursor is null ? [.. candidates] : [.. candidates.Where(candidate => IsAfter(candidate, cursor, query.Descending))];
        List<T> items = [];
        var looked = 0;
        var isFull = false;
        var bound = Math.Min(rest.Length, MaxScanned);
        // Looks on behind a full page until one more is found: a cursor after which nothing comes would be an empty last page.
        while (looked < bound && !isFull)
        {
            var chunk = rest.AsSpan(looked, Math.Min(ReadAtOnce, bound - looked)).ToArray();
            var documents = await Task.WhenAll(chunk.Select(candidate => ReadAsync(candidate, cancellationToken))).ConfigureAwait(false);
            foreach (var document in documents)
            {
                var isTold = document is not null && await IsToldAsync(request, document, cancellationToken).ConfigureAwait(false);
                isFull = isTold && items.Count == query.Limit;
                if (isFull) break;
                looked++;
                if (isTold) items.Add(document!);
            }
        }

        return new Page<T>
        {
            Items = items,
            Position = position,
            Cursor = looked < rest.Length
                ? new PageCursor { Query = digest, Era = era, After = rest[looked - 1].Place, Id = rest[looked - 1].Id }.ToString()
                : null,
        };
    }

    /// <summary>Whether a document is one that the query asks for, and that the caller may see.</summary>
    public async ValueTask<bool> IsToldAsync(QueryRequest<T> request, T document, CancellationToken cancellationToken)
    {
        var facts = kind.FactsOf(document);
        return (request.Projects?.Contains(facts.Project ?? "") ?? true) && facts.Fits(request.Query) && request.Fits(document)
            && await request.MaySee(facts).ConfigureAwait(false) && (request.FitsAsSeen is null || await request.FitsAsSeen(document, cancellationToken).ConfigureAwait(false));
    }

    private async Task<T?> ReadAsync(QueryCandidate<T> candidate, CancellationToken cancellationToken)
    {
        if (candidate.Unstored is { } unstored) return unstored;
        var entry = await store.GetAsync(kind.KeyOf(candidate.Id), cancellationToken).ConfigureAwait(false);
        return entry is null ? null : kind.Read(entry);
    }

    private static bool IsAfter(QueryCandidate<T> candidate, PageCursor cursor, bool descending) =>
        candidate.CompareTo(cursor.After, cursor.Id) is var order && (descending ? order < 0 : order > 0);
}
