namespace LimiQuantix.Images;

/// <summary>What a source says of a location.</summary>
public sealed record ImageSourceInfo
{
    /// <summary>Where the bytes really are, after redirects.</summary>
    public required Uri Location { get; init; }

    /// <summary>The length in bytes, when known.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>Whether ranges can be opened.</summary>
    public bool SupportsRanges { get; init; }

    /// <summary>What names this very version of the bytes (a strong ETag, a version id); a resumed download must match it.</summary>
    public string? Validator { get; init; }
}
