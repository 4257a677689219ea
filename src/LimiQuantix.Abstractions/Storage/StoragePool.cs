namespace LimiQuantix.Storage;

/// <summary>A storage pool: the instances of a storage backend that have its name. It is the whole installation's.</summary>
public sealed record StoragePool : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public string? Project => null;

    /// <inheritdoc/>
    public string? Creator { get; init; }

    /// <inheritdoc/>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <inheritdoc/>
    public long Generation { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is configured.</summary>
    public required PoolSpec Spec { get; init; }

    /// <summary>What was seen of it last.</summary>
    public required PoolStatus Status { get; init; }
}

/// <summary>A storage pool as it is configured.</summary>
public sealed record PoolSpec
{
    /// <summary>The backend's kind, such as <c>directory</c>.</summary>
    public required string Kind { get; init; }
}

/// <summary>What was seen of a storage pool.</summary>
public sealed record PoolStatus
{
    /// <summary>What the backend said of itself; <see langword="null"/> while it never answered, and in a tenant's view.</summary>
    public StoragePoolStatus? Backend { get; init; }

    /// <summary>Why the backend does not answer.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>When it answered last.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
}
