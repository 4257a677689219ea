using LimiQuantix.Core.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Resources;

/// <summary>Documents that an earlier version stored without what this version lists them by.</summary>
internal interface IReindexed
{
    /// <summary>Stores each anew with its indexes, once for each version of them.</summary>
    Task ReindexAsync(StateLease fence, CancellationToken cancellationToken);
}

/// <summary>Brings the indexes of every kind up to date, as the leader. Until then lists go through all documents of a project.</summary>
internal sealed class Reindexing(IEnumerable<IReindexed> tables) : IEngineService
{
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        foreach (var table in tables) await table.ReindexAsync(fence, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Which indexes a kind's documents have.</summary>
internal sealed record IndexNote
{
    public required int IndexVersion { get; init; }
}
