using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Pools over HTTP.</summary>
public sealed class HttpPools(HttpWire wire) : HttpResources<StoragePool, PoolQuery, ResourceUpdate>(wire, nameof(ILimiQuantix.Pools)), IPools;
