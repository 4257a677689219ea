using LimiQuantix.Nodes;

namespace LimiQuantix.Images;

/// <summary>An image file as a store has it, or is about to.</summary>
public sealed record StoredImage
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The file's format.</summary>
    public required DiskFormat Format { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>
    /// Where the store's node has it, for what reads it there; <see langword="null"/> while it is not in the store, and where it is no file. It may go at any time.
    /// </summary>
    public NodeFile? File { get; init; }
}

/// <summary>How large and how full a store is.</summary>
public sealed record ImageStoreStatus
{
    /// <summary>The size in bytes of what it is kept on.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>What is free there, in bytes, after what the store leaves to others.</summary>
    public required long AvailableBytes { get; init; }
}

/// <summary>A file that a scan found.</summary>
public sealed record ScannedImage
{
    /// <summary>The absolute path on the store's node.</summary>
    public required NodeFile File { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>When it was last written.</summary>
    public DateTimeOffset ModifiedAt { get; init; }

    /// <summary>The image's format; <see cref="DiskFormat.Unknown"/> when the file is not one that the store understands.</summary>
    public DiskFormat Format { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees, when it is an image.</summary>
    public long VirtualSizeBytes { get; init; }

    /// <summary>Why it is no image, or cannot be read.</summary>
    public LimiQuantixError? Error { get; init; }
}
