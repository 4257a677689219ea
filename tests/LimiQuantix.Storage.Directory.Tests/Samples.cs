using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory.Tests;

internal static class Samples
{
    public const long MiB = 1 << 20;

    public static ImageDigest Digest(byte[] content) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>A qcow2 header as far as the pool reads it.</summary>
    public static byte[] Qcow2(long virtualSize, string? backingFile = null)
    {
        byte[] image = new byte[65536];
        "QFI"u8.CopyTo(image);
        image[3] = 0xFB;
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(4), 3);
        BinaryPrimitives.WriteInt64BigEndian(image.AsSpan(24), virtualSize);
        if (backingFile is not null)
        {
            BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(8), 1024);
            BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(16), (uint)Encoding.UTF8.GetBytes(backingFile, image.AsSpan(1024)));
        }
        return image;
    }

    /// <summary>Bytes that are alike in each run and do not compress away.</summary>
    public static byte[] RawDisk(long sizeBytes, int seed = 1)
    {
        byte[] disk = new byte[sizeBytes];
        new Random(seed).NextBytes(disk);
        return disk;
    }
}
