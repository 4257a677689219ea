using LimiQuantix.Nodes;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Nodes over HTTP.</summary>
public sealed class HttpNodes(HttpWire wire) : HttpResources<Node, NodeQuery, ResourceUpdate>(wire, nameof(ILimiQuantix.Nodes)), INodes;
