using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Features;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Chooses a new machine's node: one with a hypervisor, and a part of every pool and fabric that the machine uses, or their whole. It asks nobody: an instance
/// that does not answer delays no choice. What a node's hypervisor and parts declared last must have every feature that the machine needs. The engine's own node comes first, then the others in the order of their hypervisors.
/// </summary>
internal sealed class MachinePlacement(ProviderInstances providers, ProviderEnvironment environment, FeatureDeclarations declarations, ResourceTable<VolumeDocument> volumes)
{
    /// <param name="spec">The machine, resolved: the node that it names, and the features that it needs.</param>
    /// <param name="disks">What the machine's disks are.</param>
    /// <param name="nics">What its interfaces are.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no hypervisor is on the wanted node. <see cref="ErrorCodes.FailedPrecondition"/>: there is none at all, or no node has
    /// everything; each is named with what it lacks. <see cref="ErrorCodes.UnsupportedFeature"/>: a feature that the machine needs is declared nowhere where it
    /// could be.
    /// </exception>
    public async Task<(NodeId Node, string Hypervisor)> ChooseAsync(
        MachineSpec spec, IReadOnlyList<MachineDiskRecord> disks, IReadOnlyList<MachineNicRecord> nics, CancellationToken cancellationToken)
    {
        var wanted = spec.Node;
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

        var needs = FeatureNeeds.Of(spec, nics);
        var homes = await HomesAsync(disks, cancellationToken).ConfigureAwait(false);
        List<string> refusals = [];
        List<RequiredFeature> undeclared = [];
        foreach (var candidate in candidates)
        {
            string[] lacks =
            [
                .. disks.Where(disk => disk.VolumeId is not null).Select(disk => disk.Pool).Distinct().Select(pool => Lack<IStorageBackend>("pool", pool, candidate.Node)).OfType<string>(),
                .. nics.Select(nic => nic.Fabric).Distinct().Select(fabric => Lack<INetworkBackend>("fabric", fabric, candidate.Node)).OfType<string>(),
                .. homes.Where(home => home.Node != candidate.Node).Select(home => $"volume {home.Volume} is on node '{home.Node}'"),
            ];
            // Only where everything else is: what is not declared there is what keeps the machine from being there.
            var unknown = lacks.Length > 0 ? [] : await LackingAsync(needs, candidate, cancellationToken).ConfigureAwait(false);
            if (lacks.Length == 0 && unknown.Count == 0) return candidate;
            undeclared.AddRange(unknown.Select(one => one.Feature));
            refusals.Add($"node '{candidate.Node}': {string.Join(", ", lacks.Concat(unknown.Select(one => $"{one.Who} does not understand {one.Feature.Feature}").Distinct()))}");
        }

        if (undeclared.Count > 0)
        {
            throw new LimiQuantixException(new LimiQuantixError
            {
                Code = ErrorCodes.UnsupportedFeature,
                Message = $"The machine needs what no node has that it could be on. {string.Join("; ", refusals)}.",
                Remedy = "Leave it out, or add a node or an instance whose provider declares it.",
                Target = wanted?.Value,
                Problems =
                [
                    .. undeclared.Distinct().Select(one => new LimiQuantixProblem
                    {
                        Pointer = one.Pointer, Code = ErrorCodes.UnsupportedFeature, Message = $"It needs '{one.Feature}', which is not declared.",
                    }),
                ],
            });
        }

        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The machine can be on no node. {string.Join("; ", refusals)}.",
            "Name pools and networks that one node has, or add their parts to a node.", wanted?.Value);
    }

    private async Task<List<(string Who, RequiredFeature Feature)>> LackingAsync(
        FeatureNeeds needs, (NodeId Node, string Name) candidate, CancellationToken cancellationToken)
    {
        List<(string, RequiredFeature)> lacking = [];
        var hypervisor = providers.All<IHypervisor>().First(one => one.Name == candidate.Name && (one.Node ?? environment.NodeId) == candidate.Node);
        await AddAsync($"hypervisor '{candidate.Name}'", needs.OfHypervisor, hypervisor).ConfigureAwait(false);
        foreach (var (fabric, required) in needs.OfFabrics)
        {
            // The part that keeps the ports: the whole, where there is one.
            var parts = providers.All<INetworkBackend>().Where(part => part.Name == fabric).ToList();
            await AddAsync($"fabric '{fabric}'", required, parts.Find(part => part.Node is null) ?? parts.Find(part => part.Node == candidate.Node)!).ConfigureAwait(false);
        }

        return lacking;

        async Task AddAsync(string who, IReadOnlyList<RequiredFeature> required, ProviderInstanceInfo instance)
        {
            if (required.Count == 0) return;
            var declared = await declarations.GetAsync(instance, cancellationToken).ConfigureAwait(false);
            lacking.AddRange(required.Where(one => !declared.Contains(one.Feature)).Select(one => (who, one)));
        }
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

/// <summary>The features that a machine needs, by who must declare them.</summary>
internal sealed record FeatureNeeds(IReadOnlyList<RequiredFeature> OfHypervisor, IReadOnlyList<(string Fabric, IReadOnlyList<RequiredFeature> Features)> OfFabrics)
{
    public static FeatureNeeds Of(MachineSpec spec, IReadOnlyList<MachineNicRecord> nics) => new(
        RequiredFeatures.Of(spec),
        [
            .. (spec.Nics ?? []).Zip(nics).Index()
                .GroupBy(nic => nic.Item.Second.Fabric, nic => RequiredFeatures.Of(nic.Item.First, $"/nics/{nic.Index}"))
                .Select(group => (group.Key, (IReadOnlyList<RequiredFeature>)[.. group.SelectMany(features => features)])),
        ]);
}
