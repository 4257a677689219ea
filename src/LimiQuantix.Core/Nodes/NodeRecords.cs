using LimiQuantix.Core.Resources;
using LimiQuantix.Nodes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>The nodes. Their ids follow from their names, so that the one that this engine runs on is there for whoever looks.</summary>
internal sealed class NodeRecords(ResourceTable<NodeDocument> nodes, NodeId local)
{
    public async Task<IReadOnlyList<NodeDocument>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await nodes.ListAsync(null, cancellationToken).ConfigureAwait(false);
        return stored.Any(node => node.Name == local.Value) ? stored : [.. stored, NodeDocument.Of(local)];
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
