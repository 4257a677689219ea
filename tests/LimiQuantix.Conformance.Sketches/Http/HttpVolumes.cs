using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Volumes over HTTP.</summary>
public sealed class HttpVolumes(HttpWire wire) : HttpResources<Volume, VolumeQuery, VolumeUpdate>(wire, nameof(ILimiQuantix.Volumes)), IVolumes;
