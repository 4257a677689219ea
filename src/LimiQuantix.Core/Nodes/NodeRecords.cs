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

    public async Task<IReadOnlyList<NodeDocument>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await nodes.ListAsync("", cancellationToken).ConfigureAwait(false);
        return stored.Any(node => node.Id == _local.Id) ? stored : [.. stored, _local];
    }

    public async Task<NodeDocument?> FindAsync(ResourceReference node, CancellationToken cancellationToken)
    {
        if (node.Project is not null) return null;
        var id = node.Id ?? ResourceDocument.IdOf(nodes.Kind, null, node.Name ?? "");
        return (await nodes.FindAsync(id, cancellationToken).ConfigureAwait(false))?.Value ?? (id == _local.Id ? _local : null);
    }

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
    public Node ToNode(NodeStatus status) => new()
    {
        Id = Id,
        Creator = Creator,
        Sharing = Sharing,
        Name = Name,
        Version = Version,
        Generation = Generation,
        Labels = Labels,
        CreatedAt = CreatedAt,
        Spec = new NodeSpec(),
        Status = status,
    };
}
