namespace LimiQuantix.Core.Images.Formats;

/// <summary>How compressed clusters of a qcow2 image are compressed; the values are the header's.</summary>
internal enum Qcow2Compression
{
    Zlib = 0,
    Zstd = 1,
}
