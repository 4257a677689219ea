namespace LimiQuantix.Images.Download;

/// <summary>A file to download.</summary>
internal sealed record DownloadRequest
{
    /// <summary>The image that it is for: partial files are named by it.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Where it is: each is tried in order.</summary>
    public required IReadOnlyList<string> Locations { get; init; }

    /// <summary>The image source to ask, when one was named.</summary>
    public string? SourceName { get; init; }

    /// <summary>What may be done for its locations.</summary>
    public required LocationTrust Trust { get; init; }

    /// <summary>The digest that its bytes must have.</summary>
    public ImageDigest? ExpectedDigest { get; init; }
}
