namespace LimiQuantix.State;

/// <summary>A page of entries.</summary>
public sealed record StatePage
{
    /// <summary>The entries in the order of their keys.</summary>
    public required IReadOnlyList<StateEntry> Entries { get; init; }

    /// <summary>The moment that the page shows: watch after it to miss nothing. Opaque, and of this era.</summary>
    public required string Cursor { get; init; }

    /// <summary>The store's era: it grows when the store is restored, copied or promoted.</summary>
    public required long Era { get; init; }

    /// <summary>For the next page; <see langword="null"/> at the end. Opaque, and of this era.</summary>
    public string? Continuation { get; init; }
}
