using LimiQuantix.Core.Resources;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Nodes;

/// <summary>The nodes as one caller sees them.</summary>
internal sealed class NodesFacade(Caller caller, FacadeParts parts, NodeRecords records, ResourceTable<NodeDocument> nodes, NodeStatusKeeper statuses)
    : ResourceFacade<NodeDocument, Node, NodeQuery, ResourceUpdate>(caller, parts, nodes), INodes
{
    protected override IReadOnlyList<NodeDocument> Unstored => records.Unstored;

    protected override string WhyNameIsFixed(NodeDocument document) => "A node's name is its node id.";

    protected override bool Fits(NodeQuery query, NodeDocument document) => true;

    protected override Task<IReadOnlyList<Node>> ShowAsync(IReadOnlyList<NodeDocument> documents, CancellationToken cancellationToken) =>
        statuses.ShowAsync(documents, cancellationToken);

    protected override Task<Node> ObserveAsync(NodeDocument document, CancellationToken cancellationToken) =>
        statuses.ObserveAsync(document, cancellationToken);

    protected override IReadOnlyList<NodeId> StaleNodesOf(IReadOnlyList<Node> resources) =>
        [.. resources.Where(node => node.Status.Error is not null).Select(node => node.NodeId)];

    protected override IEnumerable<ResourceAction> ActionsOf(Node resource) =>
        [new() { Name = "delete", Reason = "A node is there as long as it is configured." }];
}
