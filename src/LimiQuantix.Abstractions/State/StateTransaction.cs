namespace LimiQuantix.State;

/// <summary>Changes that are made all or none, and once.</summary>
public sealed record StateTransaction
{
    /// <summary>
    /// The transaction's id, a UUIDv7 (RFC 9562): it carries the time it was chosen at. Every transaction gets its own; one that got no
    /// answer is asked for again with the same. A copy by <c>with</c> keeps the id: give another to a copy that does something else.
    /// </summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What must hold, at most 100.</summary>
    public IReadOnlyList<StateCondition> Conditions { get; init; } = [];

    /// <summary>What to change, at most 100; a key at most once.</summary>
    public required IReadOnlyList<StateMutation> Mutations { get; init; }

    /// <summary>A lease that must still be held, by its era and fencing token.</summary>
    public StateLease? Fence { get; init; }
}
