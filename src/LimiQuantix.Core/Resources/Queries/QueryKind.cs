using LimiQuantix.State;

namespace LimiQuantix.Core.Resources.Queries;

/// <summary>How the documents of one kind are found and looked at: what lists and watches know of them.</summary>
internal sealed record QueryKind<T> where T : class
{
    /// <summary>The kind, as <see cref="ResourceTarget.Kind"/> has it.</summary>
    public required string Kind { get; init; }

    public required string Prefix { get; init; }

    /// <summary>Where what was seen of them is; <see langword="null"/> when nothing is stored of that.</summary>
    public string? StatusPrefix { get; init; }

    /// <summary>The beginning of the keys of names, without the project; <see langword="null"/> when the kind has no names.</summary>
    public string? NamesPrefix { get; init; }

    public required Func<Guid, string> KeyOf { get; init; }

    /// <summary>The id that a key ends with.</summary>
    public required Func<string, Guid?> IdOf { get; init; }

    /// <summary>Reads an entry; <see langword="null"/> when it cannot be read.</summary>
    public required Func<StateEntry, T?> Read { get; init; }

    /// <summary>What everybody may look at of a document.</summary>
    public required Func<T, QueryFacts> FactsOf { get; init; }
}

/// <summary>What queries of every kind look at.</summary>
internal readonly record struct QueryFacts(
    Guid Id, string Name, string? Project, string? Creator, ResourceSharing Sharing, IReadOnlyDictionary<string, string> Labels)
{
    public static QueryFacts Of(IResource resource) =>
        new(resource.Id, resource.Name, resource.Project, resource.Creator, resource.Sharing, resource.Labels);

    /// <summary>Whether a document fits what every query can ask for.</summary>
    public bool Fits(ResourceQuery query)
    {
        foreach (var (key, value) in query.Labels)
        {
            if (!Labels.TryGetValue(key, out var has) || has != value) return false;
        }

        return query.Text is not { Length: > 0 } text || Has(Name, text) || Has(Id.ToString("D"), text) || Labels.Values.Any(label => Has(label, text));
    }

    private static bool Has(string value, string text) => value.Contains(text, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A query with all that answering it for a caller takes.</summary>
/// <typeparam name="T">The document.</typeparam>
internal sealed record QueryRequest<T> where T : class
{
    public required ResourceQuery Query { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The projects to look at; <see langword="null"/>: every one, of which <see cref="MaySee"/> leaves out what is not to be seen.</summary>
    public required IReadOnlyList<string>? Projects { get; init; }

    /// <summary>Whether the caller may be told of a document.</summary>
    public required Func<QueryFacts, ValueTask<bool>> MaySee { get; init; }

    /// <summary>What the kind's own filters say.</summary>
    public required Func<T, bool> Fits { get; init; }

    /// <summary>What the kind's own filters say of what was seen last; <see langword="null"/> when they ask nothing of that.</summary>
    public Func<T, CancellationToken, Task<bool>>? FitsAsSeen { get; init; }

    /// <summary>An index that every document that fits has declared.</summary>
    public (string Name, string Value)? Index { get; init; }

    /// <summary>What is there without being stored; left out where it is stored by now.</summary>
    public IReadOnlyList<T> Unstored { get; init; } = [];
}
