using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>
/// The nodes: the engine's own and each that an instance is on. Their ids follow from their names; they are stored by whoever leads, and known to its own
/// process before. One stays when its last instance goes: machines may be on it.
/// </summary>
internal sealed class NodeRecords(IStateStore store, ResourceTable<NodeDocument> nodes, ProviderInstances instances, NodeId local, TimeProvider timeProvider)
    : IEngineService
{
    private readonly DateTimeOffset _begun = timeProvider.GetUtcNow();

    /// <summary>What is known of before anybody stored it.</summary>
    public IReadOnlyList<NodeDocument> Unstored => [.. Known()];


    /// <summary>Stores the nodes that become known.</summary>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var _ in instances.FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var node in Known()) await EnsureAsync(node, fence, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<NodeDocument> Known() => instances.All().Select(instance => instance.Node).OfType<NodeId>().Prepend(local).Distinct()
        .Select(node => NodeDocument.Of(node) with { CreatedAt = _begun });

    private async Task EnsureAsync(NodeDocument node, StateLease fence, CancellationToken cancellationToken)
    {
        if (await nodes.ExistsAsync(node.Id, cancellationToken).ConfigureAwait(false)) return;
        // Where version 1 had it.
        var earlierKey = "nodes/" + node.Name;
        List<StateMutation> earlier = [];
        if (await store.GetAsync(earlierKey, cancellationToken).ConfigureAwait(false) is not null) earlier.Add(new StateMutation { Key = earlierKey });
        // Refused when somebody else stored it in this moment: it is there then.
        await store.CommitPatientlyAsync(
            StateWrite.Combine(fence, nodes.Insert(node), new StateWrite { Mutations = earlier }), cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A node as it is stored.</summary>
internal sealed record NodeDocument : ResourceDocument
{
    public static NodeDocument Of(NodeId node) => new() { Id = IdOf("nodes", null, node.Value), Name = node.Value };

    /// <summary>The node as hosts see it.</summary>
    public Node ToNode(NodeStatus status, long statusVersion = 0) => new()
    {
        Id = Id,
        Creator = Creator,
        Sharing = Sharing,
        Name = Name,
        Version = Math.Max(Version, statusVersion),
        Generation = Generation,
        Labels = Labels,
        CreatedAt = CreatedAt,
        Spec = new NodeSpec(),
        Status = status,
    };
}
