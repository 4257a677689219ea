using LimiQuantix.Images;

namespace LimiQuantix.Core.Images;

/// <summary>An image as it is stored: the contract's image and what only the engine knows of it.</summary>
internal sealed record ImageDocument : IResource
{
    public required Guid Id { get; init; }

    public required string Project { get; init; }

    public required string Name { get; init; }

    public long Version { get; init; }

    public required ImagePhase Phase { get; init; }

    /// <summary>Where its bytes came from, without credentials or query.</summary>
    public required string Source { get; init; }

    /// <summary>Names the source exactly without showing it.</summary>
    public required string SourceKey { get; init; }

    /// <summary>The digest that the transferred bytes had to have.</summary>
    public ImageDigest? ExpectedDigest { get; init; }

    /// <summary>The SHA-256 of the file in the library; noted before the file is moved there, so that nobody deletes it as unused.</summary>
    public ImageDigest? Digest { get; init; }

    public DiskFormat Format { get; init; }

    public long SizeBytes { get; init; }

    public long VirtualSizeBytes { get; init; }

    public string? CatalogId { get; init; }

    public OperatingSystemFacts OperatingSystem { get; init; } = new();

    public LimiQuantixError? Error { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The image as hosts see it.</summary>
    public Image ToImage() => new()
    {
        Id = Id,
        Project = Project,
        Name = Name,
        Version = Version,
        Phase = Phase,
        Source = Source,
        Digest = Phase == ImagePhase.Ready ? Digest : null,
        Format = Phase == ImagePhase.Ready ? Format : DiskFormat.Unknown,
        SizeBytes = SizeBytes,
        VirtualSizeBytes = VirtualSizeBytes,
        CatalogId = CatalogId,
        OperatingSystem = OperatingSystem,
        Error = Error,
        CreatedAt = CreatedAt,
    };
}
