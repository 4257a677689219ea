namespace LimiQuantix.Images;

/// <summary>A bootable disk image in the library.</summary>
public sealed record Image : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

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

    /// <summary>What is wanted.</summary>
    public required ImageSpec Spec { get; init; }

    /// <summary>What became of it.</summary>
    public required ImageStatus Status { get; init; }
}

/// <summary>An image that a host wants, as it is stored.</summary>
public sealed record ImageSpec
{
    /// <summary>Where its bytes come from, without credentials or query.</summary>
    public required string Source { get; init; }

    /// <summary>The name of the image source that was to be asked; <see langword="null"/> when none was named.</summary>
    public string? SourceName { get; init; }

    /// <summary>The digest that the transferred bytes must have.</summary>
    public ImageDigest? ExpectedDigest { get; init; }

    /// <summary>The catalogue entry it came from.</summary>
    public string? CatalogId { get; init; }

    /// <summary>What is known of the operating system in it.</summary>
    public OperatingSystemFacts OperatingSystem { get; init; } = new();
}

/// <summary>What became of an image.</summary>
public sealed record ImageStatus
{
    /// <summary>Where it stands.</summary>
    public required ImagePhase Phase { get; init; }

    /// <summary>The SHA-256 of the stored file; known once ready. The library is addressed by it.</summary>
    public ImageDigest? Digest { get; init; }

    /// <summary>The format of the stored file.</summary>
    public DiskFormat Format { get; init; }

    /// <summary>The stored file's length in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public long VirtualSizeBytes { get; init; }

    /// <summary>How far its import is, while it is imported.</summary>
    public Operations.OperationProgress? Progress { get; init; }

    /// <summary>
    /// Why the import failed; of a ready image, that its file is not in the store (<see cref="ErrorCodes.NotFound"/>: an ensure or an import fetches it again), or
    /// that the store does not answer.
    /// </summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>Whether the store does not answer: what is told of the file is what was seen last.</summary>
    public bool IsStale { get; init; }

    /// <summary>When what is told here was first seen so.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>The generation of the spec that this is the outcome of.</summary>
    public long AppliedGeneration { get; init; }
}
