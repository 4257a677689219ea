using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Chooses a new machine's node: one with a hypervisor, and a part of every pool and fabric that the machine uses, or their whole. It asks nobody: an instance
/// that does not answer delays no choice. The engine's own node comes first, then the others in the order of their hypervisors.
/// </summary>
internal sealed class MachinePlacement(ProviderInstances providers, ProviderEnvironment environment, ResourceTable<VolumeDocument> volumes)
{
    /// <param name="wanted">The node that the spec names.</param>
    /// <param name="disks">What the machine's disks are.</param>
    /// <param name="nics">What its interfaces are.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no hypervisor is on the wanted node. <see cref="ErrorCodes.FailedPrecondition"/>: there is none at all, or no node has
    /// everything; each is named with what it lacks.
    /// </exception>
    public async Task<(NodeId Node, string Hypervisor)> ChooseAsync(
        NodeId? wanted, IReadOnlyList<MachineDiskRecord> disks, IReadOnlyList<MachineNicRecord> nics, CancellationToken cancellationToken)
    {
        var candidates = providers.All<IHypervisor>().Select(hypervisor => (Node: hypervisor.Node ?? environment.NodeId, hypervisor.Name))
            .DistinctBy(candidate => candidate.Node).OrderBy(candidate => candidate.Node == environment.NodeId ? 0 : 1).ToList();
        if (candidates.Count == 0)
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "No hypervisor is configured.", "Call AddLibvirt() when the host is built.");
        var known = string.Join(", ", candidates.Select(candidate => $"'{candidate.Node}'"));
        if (wanted is { } node)
        {
            candidates.RemoveAll(candidate => candidate.Node != node);
            if (candidates.Count == 0) throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no node '{node}' with a hypervisor.", $"There is: {known}.", node.Value);
        }

        var homes = await HomesAsync(disks, cancellationToken).ConfigureAwait(false);
        List<string> refusals = [];
        foreach (var candidate in candidates)
        {
            string[] lacks =
            [
                .. disks.Where(disk => disk.VolumeId is not null).Select(disk => disk.Pool).Distinct().Select(pool => Lack<IStorageBackend>("pool", pool, candidate.Node)).OfType<string>(),
                .. nics.Select(nic => nic.Fabric).Distinct().Select(fabric => Lack<INetworkBackend>("fabric", fabric, candidate.Node)).OfType<string>(),
                .. homes.Where(home => home.Node != candidate.Node).Select(home => $"volume {home.Volume} is on node '{home.Node}'"),
            ];
            if (lacks.Length == 0) return candidate;
            refusals.Add($"node '{candidate.Node}': {string.Join(", ", lacks)}");
        }

        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The machine can be on no node. {string.Join("; ", refusals)}.",
            "Name pools and networks that one node has, or add their parts to a node.", wanted?.Value);
    }

    /// <summary>Where volumes are that exist already and cannot be used elsewhere.</summary>
    private async Task<List<(Guid Volume, NodeId Node)>> HomesAsync(IReadOnlyList<MachineDiskRecord> disks, CancellationToken cancellationToken)
    {
        List<(Guid, NodeId)> homes = [];
        foreach (var disk in disks.Where(disk => disk is { IsAdopted: true, VolumeId: not null } && providers.IsDivided<IStorageBackend>(disk.Pool)))
        {
            if ((await volumes.FindAsync(disk.VolumeId!.Value, cancellationToken).ConfigureAwait(false))?.Value.Node is { } node) homes.Add((disk.VolumeId.Value, new NodeId(node)));
        }

        return homes;
    }

    private string? Lack<TProvider>(string what, string name, NodeId node) where TProvider : class, IProvider
    {
        var parts = providers.All<TProvider>().Where(part => part.Name == name).ToList();
        if (parts.Any(part => part.Node is null || part.Node == node)) return null;
        return parts.Count == 0
            ? $"{what} '{name}' is closed or was removed"
            : $"{what} '{name}' has no part here, only on {string.Join(", ", parts.Select(part => $"'{part.Node}'"))}";
    }
}
