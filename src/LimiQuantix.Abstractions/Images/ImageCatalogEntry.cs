namespace LimiQuantix.Images;

/// <summary>An image that the catalogue knows by id.</summary>
public sealed record ImageCatalogEntry
{
    /// <summary>The id, such as <c>debian-13</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name to show.</summary>
    public required string Name { get; init; }

    /// <summary>Where the image is: an absolute URL or path. Mirrors follow; each is tried in order.</summary>
    public required IReadOnlyList<string> Locations { get; init; }

    /// <summary>The name of the image source that its locations are asked of; by default the one that serves each most specifically.</summary>
    public string? SourceName { get; init; }

    /// <summary>The file's digest, when the entry pins one.</summary>
    public ImageDigest? Digest { get; init; }

    /// <summary>
    /// The publisher's checksum file (GNU or BSD style, or a bare digest), read at import when <see cref="Digest"/> pins none.
    /// </summary>
    public string? ChecksumLocation { get; init; }

    /// <summary>What is known of the operating system.</summary>
    public OperatingSystemFacts OperatingSystem { get; init; } = new();
}
