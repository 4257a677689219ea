namespace LimiQuantix.Storage;

/// <summary>What a storage backend says of itself.</summary>
public sealed record StoragePoolStatus
{
    /// <summary>The pool's size in bytes.</summary>
    public required long CapacityBytes { get; init; }

    /// <summary>What is free, in bytes.</summary>
    public required long AvailableBytes { get; init; }

    /// <summary>Whether every node reaches the pool's volumes.</summary>
    public bool IsShared { get; init; }

    /// <summary>What needs attention, such as little free space.</summary>
    public string? Warning { get; init; }
}
