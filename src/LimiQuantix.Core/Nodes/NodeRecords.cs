using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>
/// The nodes. Their ids follow from their names; the one that the engine runs on is stored by whoever leads, and known to its own process before.
/// </summary>
internal sealed class NodeRecords(IStateStore store, ResourceTable<NodeDocument> nodes, NodeId local, TimeProvider timeProvider) : IEngineService
{
    private readonly NodeDocument _local = NodeDocument.Of(local) with { CreatedAt = timeProvider.GetUtcNow() };

    // Where version 1 had it.
    private readonly string _earlierKey = "nodes/" + local.Value;

    /// <summary>What is known of before anybody stored it.</summary>
    public IReadOnlyList<NodeDocument> Unstored => [_local];

    /// <summary>Stores the engine's own node.</summary>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        if (await nodes.ExistsAsync(_local.Id, cancellationToken).ConfigureAwait(false)) return;
        List<StateMutation> earlier = [];
        if (await store.GetAsync(_earlierKey, cancellationToken).ConfigureAwait(false) is not null) earlier.Add(new StateMutation { Key = _earlierKey });
        // Refused when somebody else stored it in this moment: it is there then.
        await store.CommitPatientlyAsync(
            StateWrite.Combine(fence, nodes.Insert(_local), new StateWrite { Mutations = earlier }), cancellationToken).ConfigureAwait(false);
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
