namespace LimiQuantix.State;

/// <summary>Changes that are made all or none.</summary>
public sealed record StateTransaction
{
    /// <summary>What must hold.</summary>
    public IReadOnlyList<StateCondition> Conditions { get; init; } = [];

    /// <summary>What to change; a key at most once.</summary>
    public required IReadOnlyList<StateMutation> Mutations { get; init; }

    /// <summary>A lease that must still be held, by its fencing token.</summary>
    public StateLease? Fence { get; init; }
}
