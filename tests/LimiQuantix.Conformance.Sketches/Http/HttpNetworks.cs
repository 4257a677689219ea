using LimiQuantix.Networks;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Networks over HTTP.</summary>
public sealed class HttpNetworks(HttpWire wire) : HttpResources<VirtualNetwork, NetworkQuery, ResourceUpdate>(wire, nameof(ILimiQuantix.Networks)), INetworks;
