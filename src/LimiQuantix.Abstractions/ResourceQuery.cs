namespace LimiQuantix;

/// <summary>Which resources, in which order. What is not set does not matter; what is set must all hold.</summary>
public abstract record ResourceQuery
{
    /// <summary>The longest <see cref="Text"/>.</summary>
    public const int MaxTextLength = 256;

    private protected ResourceQuery()
    {
    }

    /// <summary>
    /// The project to look at; the caller's without it. The authorizer is asked about that project. Means nothing for what is the whole
    /// installation's.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>
    /// Looks at every project that the authorizer allows this caller to list, and at what others share with the caller's project. It is asked for
    /// each project; what it refuses is left out. Not together with <see cref="Project"/>.
    /// </summary>
    public bool AllProjects { get; init; }

    /// <summary>The labels that a resource must have, each with this value.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>A part of the name, of the id or of a label's value, in any case. A page looks at 5,000 resources at most.</summary>
    public string? Text { get; init; }

    /// <summary>What the list is ordered by. A watch has no order.</summary>
    public ResourceOrder Order { get; init; } = ResourceOrder.Created;

    /// <summary>Whether the order is turned round: newest, or last name, first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many a page has at most, 1 to 1000. 100 by default.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>The last page's <see cref="Page{T}.Cursor"/>; the rest of the query must be the same, but for <see cref="Limit"/>.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What a list is ordered by.</summary>
public enum ResourceOrder
{
    /// <summary>A value of a newer contract; refused.</summary>
    Unknown = 0,

    /// <summary>When it was asked for, oldest first; what is there without anybody having asked for it comes before all.</summary>
    Created = 1,

    /// <summary>The name, by its characters' numbers (ordinal).</summary>
    Name = 2,
}
