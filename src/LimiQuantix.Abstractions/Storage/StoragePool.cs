namespace LimiQuantix.Storage;

/// <summary>A storage pool: one named instance of a storage backend.</summary>
public sealed record StoragePool
{
    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The backend's kind, such as <c>directory</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What the backend says now; <see langword="null"/> while it does not answer.</summary>
    public StoragePoolStatus? Status { get; init; }

    /// <summary>Why the backend does not answer.</summary>
    public LimiQuantixError? Error { get; init; }
}
