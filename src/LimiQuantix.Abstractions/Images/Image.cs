namespace LimiQuantix.Images;

/// <summary>A bootable disk image in the library.</summary>
public sealed record Image : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <summary>Where it stands.</summary>
    public required ImagePhase Phase { get; init; }

    /// <summary>Where its bytes came from, without credentials or query.</summary>
    public required string Source { get; init; }

    /// <summary>The SHA-256 of the stored file; known once ready. The library is addressed by it.</summary>
    public ImageDigest? Digest { get; init; }

    /// <summary>The format of the stored file.</summary>
    public DiskFormat Format { get; init; }

    /// <summary>The stored file's length in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public long VirtualSizeBytes { get; init; }

    /// <summary>The catalogue entry it came from.</summary>
    public string? CatalogId { get; init; }

    /// <summary>What is known of the operating system in it.</summary>
    public OperatingSystemFacts OperatingSystem { get; init; } = new();

    /// <summary>Why the import failed.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
