using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>A base: an image's bytes in a pool.</summary>
public sealed record BaseDefinition
{
    /// <summary>The digest of the image file in the library.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The format of the bytes to be written: one of <see cref="StoragePoolStatus.BaseFormats"/>.</summary>
    public required DiskFormat Format { get; init; }

    /// <summary>How many bytes will be written.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public required long VirtualSizeBytes { get; init; }
}
