namespace LimiQuantix.Images;

/// <summary>What to import.</summary>
public sealed record ImageImport
{
    /// <summary>A catalogue id (<c>debian-13</c>), an absolute URL with a scheme that a source serves, or an absolute path.</summary>
    public required string Location { get; init; }

    /// <summary>
    /// The name of the image source to ask: one of the host's instances. By default the one that serves the location most specifically; where
    /// several do equally, one has to be named.
    /// </summary>
    public string? SourceName { get; init; }

    /// <summary>The image's name; by default the catalogue id or the file's name.</summary>
    public string? Name { get; init; }

    /// <summary>The digest that the transferred bytes must have. Without it a catalogue entry's applies, otherwise none is checked.</summary>
    public ImageDigest? ExpectedDigest { get; init; }

    /// <summary>What is known of the operating system; by default the catalogue entry's.</summary>
    public OperatingSystemFacts? OperatingSystem { get; init; }

    /// <summary>The host's own marks: at most 64, keys of 1 to 63 and values to 255 characters.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Who sees the image besides its creator; everybody in the project by default.</summary>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;

    /// <summary>What is wanted, with the location as it may be shown.</summary>
    public override string ToString() => $"{nameof(ImageImport)} {{ Location = {ImageLocation.Redact(Location)}, SourceName = {SourceName}, Name = {Name}, ExpectedDigest = {ExpectedDigest} }}";
}
