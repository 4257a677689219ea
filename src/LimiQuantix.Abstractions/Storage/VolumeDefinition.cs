using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>A volume that the engine wants.</summary>
public sealed record VolumeDefinition
{
    /// <summary>The ownership mark; its resource id is the volume's id.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The size in bytes that a guest sees; a multiple of 512.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The base it begins as; <see langword="null"/> for a blank one.</summary>
    public ImageDigest? BaseDigest { get; init; }
}
