using System.Buffers.Binary;
using System.Security.Cryptography;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>Disk images made in memory.</summary>
internal static class TestImages
{
    /// <summary>A raw disk: a partition table, then bytes that do not compress, the same for the same seed.</summary>
    public static byte[] Raw(int length, int seed = 1)
    {
        var image = new byte[length];
        new Random(seed).NextBytes(image.AsSpan(512));
        WriteBootSector(image);
        return image;
    }

    /// <summary>A raw disk that is empty but for its partition table.</summary>
    public static byte[] Empty(int length)
    {
        var image = new byte[length];
        WriteBootSector(image);
        return image;
    }

    public static ImageDigest Sha256(byte[] bytes) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public static ImageDigest Sha512(byte[] bytes) => new("sha512", Convert.ToHexStringLower(SHA512.HashData(bytes)));

    private static void WriteBootSector(byte[] image)
    {
        // One active Linux partition over all but the first sector.
        var entry = image.AsSpan(446);
        entry[0] = 0x80;
        entry[4] = 0x83;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)((image.Length / 512) - 1));
        image[510] = 0x55;
        image[511] = 0xAA;
    }
}
