namespace LimiQuantix.Core.Images.Formats;

/// <summary>What a downloaded file is wrapped in.</summary>
internal enum ImageCompression
{
    None,
    Gzip,
    Xz,
    Zstd,
    Bzip2,
}
