using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>What a storage backend says of itself.</summary>
public sealed record StoragePoolStatus
{
    /// <summary>The pool's size in bytes.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>What is free, in bytes.</summary>
    public required long AvailableBytes { get; init; }

    /// <summary>The formats in which a base may be written; the engine converts an image that is in none of them.</summary>
    public required IReadOnlyList<DiskFormat> BaseFormats { get; init; }

    /// <summary>Whether every node reaches the pool's volumes.</summary>
    public bool IsShared { get; init; }

    /// <summary>What needs attention, such as little free space.</summary>
    public string? Warning { get; init; }
}
