using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Volumes over HTTP.</summary>
public sealed class HttpVolumes(HttpWire wire) : HttpResources<Volume, VolumeQuery, ResourceUpdate>(wire, nameof(ILimiQuantix.Volumes)), IVolumes;
