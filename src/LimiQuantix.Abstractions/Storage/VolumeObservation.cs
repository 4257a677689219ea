using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>A volume as the backend sees it.</summary>
public sealed record VolumeObservation
{
    /// <summary>The volume's id.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The size in bytes that a guest sees; 0 for one that is there and cannot be read.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What it takes in the pool, in bytes; <see langword="null"/> when the pool cannot tell without reading all of it.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>What is kept of the highest call that changed it; <see langword="null"/> when nothing is.</summary>
    public ProviderMark? Mark { get; init; }

    /// <summary>The base it depends on.</summary>
    public ImageDigest? BaseDigest { get; init; }
}
