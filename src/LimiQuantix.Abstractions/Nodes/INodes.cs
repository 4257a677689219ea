namespace LimiQuantix.Nodes;

/// <summary>The hosts that machines run on.</summary>
public interface INodes : IResources<Node, NodeQuery, ResourceUpdate>;

/// <summary>Which nodes.</summary>
public sealed record NodeQuery : ResourceQuery;
