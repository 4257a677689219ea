namespace LimiQuantix.Images;

/// <summary>What a source says of a location.</summary>
public sealed record ImageSourceInfo
{
    /// <summary>Where the bytes really are, after redirects: an absolute URL as the server wrote it.</summary>
    public required string Location { get; init; }

    /// <summary>The length in bytes, when known.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>Whether ranges can be opened.</summary>
    public bool SupportsRanges { get; init; }

    /// <summary>What names this very version of the bytes (a strong ETag, a version id); a resumed download must match it.</summary>
    public string? Validator { get; init; }

    /// <summary>What was said, with the location as it may be shown.</summary>
    public override string ToString() =>
        $"{nameof(ImageSourceInfo)} {{ Location = {ImageLocation.Redact(Location)}, LengthBytes = {LengthBytes}, SupportsRanges = {SupportsRanges}, Validator = {Validator} }}";
}
