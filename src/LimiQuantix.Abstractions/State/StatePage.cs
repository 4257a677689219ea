namespace LimiQuantix.State;

/// <summary>A page of entries.</summary>
public sealed record StatePage
{
    /// <summary>The entries in the order of their keys.</summary>
    public required IReadOnlyList<StateEntry> Entries { get; init; }

    /// <summary>The store's revision that the page shows: watch after it to miss nothing.</summary>
    public required long Revision { get; init; }

    /// <summary>For the next page; <see langword="null"/> at the end.</summary>
    public string? Continuation { get; init; }
}
