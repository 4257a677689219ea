using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>Conditions and changes that belong together: a part of a transaction.</summary>
internal sealed record StateWrite
{
    /// <summary>What must hold.</summary>
    public IReadOnlyList<StateCondition> Conditions { get; init; } = [];

    /// <summary>What to change.</summary>
    public IReadOnlyList<StateMutation> Mutations { get; init; } = [];

    /// <summary>Puts parts into one transaction.</summary>
    public static StateTransaction Combine(StateLease? fence, params ReadOnlySpan<StateWrite> writes)
    {
        List<StateCondition> conditions = [];
        List<StateMutation> mutations = [];
        foreach (var write in writes)
        {
            conditions.AddRange(write.Conditions);
            mutations.AddRange(write.Mutations);
        }

        return new StateTransaction { Conditions = conditions, Mutations = mutations, Fence = fence };
    }
}
