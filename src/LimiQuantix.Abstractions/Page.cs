using LimiQuantix.Nodes;

namespace LimiQuantix;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The resource.</typeparam>
public sealed record Page<T>
{
    /// <summary>The resources in the query's order; fewer than were asked for, perhaps none, also where the list goes on.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>
    /// For <see cref="ResourceQuery.Cursor"/> of the same query: the next page begins there. <see langword="null"/> at the end. Opaque.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>
    /// The moment that the page shows, for <see cref="WatchOptions.After"/>: list every page, then watch after the first one's position, and
    /// nothing is missed. Opaque.
    /// </summary>
    public required string Position { get; init; }

    /// <summary>The nodes whose part of this page was not seen lately: they do not answer, and what is told of them is what was seen last.</summary>
    public IReadOnlyList<NodeId> StaleNodes { get; init; } = [];
}
