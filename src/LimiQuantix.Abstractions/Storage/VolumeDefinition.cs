using System.Text.Json.Serialization;
using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>A volume that the engine wants.</summary>
public sealed record VolumeDefinition
{
    /// <summary>The ownership mark; its resource id is the volume's id.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The size in bytes that a guest sees; a multiple of 512, and at least its source's.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What it begins as; blank by default.</summary>
    public VolumeSource Source { get; init; } = new BlankVolumeSource();
}

/// <summary>
/// What a volume begins as: <see cref="BlankVolumeSource"/>, <see cref="BaseVolumeSource"/>, <see cref="OtherVolumeSource"/> or
/// <see cref="SnapshotVolumeSource"/>. New kinds come in minor versions; a pool refuses those that it cannot make a volume of with
/// <see cref="ErrorCodes.FailedPrecondition"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BlankVolumeSource), "blank")]
[JsonDerivedType(typeof(BaseVolumeSource), "base")]
[JsonDerivedType(typeof(OtherVolumeSource), "volume")]
[JsonDerivedType(typeof(SnapshotVolumeSource), "snapshot")]
public abstract record VolumeSource
{
    private protected VolumeSource()
    {
    }
}

/// <summary>Nothing: it reads as zeros.</summary>
public sealed record BlankVolumeSource : VolumeSource;

/// <summary>An image's bytes, which the pool keeps as a base.</summary>
public sealed record BaseVolumeSource : VolumeSource
{
    /// <summary>The digest of the image file that the base was made from.</summary>
    public required ImageDigest Digest { get; init; }
}

/// <summary>Another volume of the pool as it is when the call comes; nothing may write to it meanwhile.</summary>
[Feature(ProviderFeatures.VolumeFromVolume)]
public sealed record OtherVolumeSource : VolumeSource
{
    /// <summary>The other volume.</summary>
    public required Guid VolumeId { get; init; }
}

/// <summary>A snapshot in the pool.</summary>
[Feature(ProviderFeatures.VolumeFromSnapshot)]
public sealed record SnapshotVolumeSource : VolumeSource
{
    /// <summary>The volume that it is of.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The snapshot.</summary>
    public required Guid SnapshotId { get; init; }
}
