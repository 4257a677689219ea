using System.Text.Json.Serialization;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Import;

/// <summary>What an import operation was asked to do, with the catalogue entry already looked up.</summary>
internal sealed record ImageImportRequest
{
    /// <summary>
    /// Where the image is; each is tried in order. Queries are in it, because a signed address is of no use without: the request is the
    /// operation's own and nobody is shown it.
    /// </summary>
    public required IReadOnlyList<string> Locations { get; init; }

    /// <summary>The image source to ask, when one was named.</summary>
    public string? SourceName { get; init; }

    /// <summary>The name that the caller wants.</summary>
    public string? Name { get; init; }

    public ImageDigest? ExpectedDigest { get; init; }

    /// <summary>The publisher's checksum file, read when no digest is expected.</summary>
    public string? ChecksumLocation { get; init; }

    public string? CatalogId { get; init; }

    /// <summary>What may be done for the locations, as it was judged when the import was asked for; none in requests of an earlier version.</summary>
    public LocationTrust? Trust { get; init; }

    /// <summary>The same; earlier versions judged nothing, and their imports go on as they began.</summary>
    [JsonIgnore]
    public LocationTrust TrustOrEarlier => Trust ?? LocationTrust.Trusted;

    public OperatingSystemFacts OperatingSystem { get; init; } = new();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;
}
