namespace LimiQuantix;

/// <summary>One change of the resources that a query is about.</summary>
/// <typeparam name="T">The resource.</typeparam>
public sealed record ResourceEvent<T>
{
    /// <summary>What happened.</summary>
    public required ResourceEventKind Kind { get; init; }

    /// <summary>The resource's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The resource as it is now; <see langword="null"/> when it is not among them any more.</summary>
    public T? Resource { get; init; }

    /// <summary>For <see cref="WatchOptions.After"/> of a watch that goes on after this. Opaque.</summary>
    public required string Position { get; init; }
}

/// <summary>What happened to a resource.</summary>
public enum ResourceEventKind
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>It is new, or changed; at the beginning of a watch: it is there.</summary>
    Changed = 1,

    /// <summary>It was deleted, or the query does not fit it any more. A watch that goes on after a position may tell what nobody was told of.</summary>
    Removed = 2,
}
