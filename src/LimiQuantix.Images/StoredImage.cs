namespace LimiQuantix.Images;

/// <summary>An image file as it is, or is about to be, in the library.</summary>
internal sealed record StoredImage
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    public required DiskFormat Format { get; init; }

    public required long SizeBytes { get; init; }

    public required long VirtualSizeBytes { get; init; }
}
