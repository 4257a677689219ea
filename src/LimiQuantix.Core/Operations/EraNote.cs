using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// The era whose records the leader last brought in line with what runs. In a later one (<see cref="StateLease.Era"/>) the state may have lost
/// what it knew: the leader first asks what runs, and only then confirms.
/// </summary>
internal sealed record EraNote
{
    private const string Key = "reconciled-era";

    /// <summary>The era.</summary>
    public required long Era { get; init; }

    /// <summary>Whether the lease's era has not been confirmed yet. A state of era 1 that nobody confirmed is new, not restored.</summary>
    public static async Task<bool> IsNewAsync(IStateStore state, StateLease fence, CancellationToken cancellationToken)
    {
        var entry = await state.GetAsync(Key, cancellationToken).ConfigureAwait(false);
        return fence.Era > (entry is null ? 1 : DocumentSerializer<EraNote>.Read(entry).Value.Era);
    }

    /// <summary>Notes that everything that could be asked was asked in the lease's era.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotLeader"/>.</exception>
    public static Task ConfirmAsync(IStateStore state, StateLease fence, CancellationToken cancellationToken)
    {
        var note = DocumentSerializer<EraNote>.Write(new EraNote { Era = fence.Era });
        return state.CommitOrThrowAsync(
            new StateTransaction { Mutations = [new StateMutation { Key = Key, Value = note }], Fence = fence }, cancellationToken);
    }
}
