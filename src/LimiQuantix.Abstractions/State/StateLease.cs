namespace LimiQuantix.State;

/// <summary>
/// A lease that somebody holds. When it ends is nobody's to read: its holder counts from the beginning of its own last renewal, a
/// contender from what it saw itself, each by its own monotonic clock.
/// </summary>
public sealed record StateLease
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who holds it.</summary>
    public required string Holder { get; init; }

    /// <summary>The fencing token: grows with every change of holder, and never repeats within an era.</summary>
    public required long Token { get; init; }

    /// <summary>The store's era in which it was taken: a lease of a former era is void.</summary>
    public required long Era { get; init; }
}
