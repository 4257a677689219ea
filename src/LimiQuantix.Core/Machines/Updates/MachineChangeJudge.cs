using LimiQuantix.Core.Nodes;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>Finds what those can do that a machine's changes are asked of.</summary>
internal sealed class MachineChangeJudge(ProviderInstances providers, NodeStatusKeeper nodes)
{
    /// <param name="machine">The machine.</param>
    /// <param name="changes">What is to change: only who has to do with it is looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<MachineChangeFacts> FactsAsync(MachineDocument machine, IReadOnlyList<MachineChange> changes, CancellationToken cancellationToken)
    {
        var described = await nodes.FindAsync(machine.NodeId, cancellationToken).ConfigureAwait(false);
        // Of one that does not answer nothing is known: the operation will find out.
        var hypervisor = changes.Any(change => change.Planned.Pointer.EndsWith("/source", StringComparison.Ordinal))
            ? await TryGetAsync<IHypervisor>(machine.Hypervisor, machine, cancellationToken).ConfigureAwait(false) : null;
        HashSet<string> fixedSizes = [];
        if (changes.Any(change => change.Planned.Pointer.EndsWith("/sizeBytes", StringComparison.Ordinal)))
        {
            foreach (var name in machine.Disks.Select(disk => disk.Pool).Distinct())
            {
                var pool = await TryGetAsync<IStorageBackend>(name, machine, cancellationToken).ConfigureAwait(false);
                if (pool is not null && pool.GetCapability<ISupportsGrowth>() is null) fixedSizes.Add(name);
            }
        }

        return new MachineChangeFacts
        {
            ChangesMedia = hypervisor is null || hypervisor.GetCapability<ISupportsMediaChange>() is not null,
            HypervisorEffects = described?.ChangeEffects ?? new Dictionary<string, ChangeEffect>(),
            Grows = pool => !fixedSizes.Contains(pool),
        };
    }

    private async Task<TProvider?> TryGetAsync<TProvider>(string name, MachineDocument machine, CancellationToken cancellationToken) where TProvider : class, IProvider
    {
        try
        {
            return await providers.GetWholeAsync<TProvider>(name, machine.NodeId, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            return null;
        }
    }
}
