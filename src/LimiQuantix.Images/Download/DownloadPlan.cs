namespace LimiQuantix.Images.Download;

/// <summary>One location's bytes, cut into chunks.</summary>
internal sealed record DownloadPlan
{
    /// <summary>Names the location that was asked for, without showing it: what a resumed download is compared by.</summary>
    public required string SourceKey { get; init; }

    public required long LengthBytes { get; init; }

    public required int ChunkBytes { get; init; }

    /// <summary>The version of the bytes; null when the source gives none.</summary>
    public string? Validator { get; init; }

    /// <summary>
    /// The version that each range must be of; null when ranges of any are taken, because the digest judges the whole: the back ends of a
    /// server may name the same bytes differently.
    /// </summary>
    public string? RangeValidator { get; init; }

    /// <summary>The digest that all bytes must have, when it is known beforehand.</summary>
    public ImageDigest? ExpectedDigest { get; init; }

    public int ChunkCount => checked((int)((LengthBytes + ChunkBytes - 1) / ChunkBytes));

    public long OffsetOf(int chunk) => (long)chunk * ChunkBytes;

    public int LengthOf(int chunk) => (int)Math.Min(ChunkBytes, LengthBytes - OffsetOf(chunk));
}
