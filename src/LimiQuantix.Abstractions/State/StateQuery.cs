namespace LimiQuantix.State;

/// <summary>Which entries to list.</summary>
public sealed record StateQuery
{
    /// <summary>The keys' beginning.</summary>
    public required string Prefix { get; init; }

    /// <summary>Only entries that declared this index with <see cref="IndexValue"/>.</summary>
    public string? IndexName { get; init; }

    /// <summary>The index's value.</summary>
    public string? IndexValue { get; init; }

    /// <summary>Whether only keys and versions are wanted: the entries' values are then empty.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>How many at most, 1 to 1000.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>The last page's <see cref="StatePage.Continuation"/>.</summary>
    public string? Continuation { get; init; }
}
