namespace LimiQuantix.Images.Download;

/// <summary>A file that was downloaded, verified and flushed, but is not in the library yet.</summary>
internal sealed record DownloadedFile
{
    public required string Path { get; init; }

    public required long LengthBytes { get; init; }

    public required ImageDigest Sha256 { get; init; }
}
