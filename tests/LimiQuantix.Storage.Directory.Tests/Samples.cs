using System.Security.Cryptography;
using LimiQuantix.Images;
using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

internal static class Samples
{
    public const long MiB = 1 << 20;

    public static ImageDigest Digest(byte[] content) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>A qcow2 image without data.</summary>
    public static byte[] Qcow2(long virtualSize, string? backingFile = null)
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set64(image, 24, virtualSize);
        return backingFile is null ? image : SampleImages.WithBackingFile(image, backingFile);
    }

    /// <summary>Bytes that are alike in each run and do not compress away.</summary>
    public static byte[] RawDisk(long sizeBytes, int seed = 1)
    {
        byte[] disk = new byte[sizeBytes];
        new Random(seed).NextBytes(disk);
        return disk;
    }
}
