using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Testing;

/// <summary>Small images written field by field from the formats' descriptions.</summary>
public static class SampleImages
{
    /// <summary>The size in bytes of a cluster of <see cref="Qcow2"/>.</summary>
    public const int ClusterSize = 65536;

    /// <summary>The size in bytes of the disk that <see cref="Qcow2"/> holds.</summary>
    public const long VirtualSize = 3L << 30;

    /// <summary>A qcow2 version 3 image: header, refcount table, refcount block and L1 table, one cluster each.</summary>
    public static byte[] Qcow2()
    {
        byte[] image = new byte[4 * ClusterSize];
        "QFI"u8.CopyTo(image);
        image[3] = 0xFB;
        Set32(image, 4, 3);
        Set32(image, 20, 16);
        Set64(image, 24, VirtualSize);
        Set32(image, 36, 6);
        Set64(image, 40, 3 * ClusterSize);
        Set64(image, 48, ClusterSize);
        Set32(image, 56, 1);
        Set32(image, 96, 4);
        Set32(image, 100, 104);
        return image;
    }

    /// <summary>Names a backing file in a qcow2 image.</summary>
    public static byte[] WithBackingFile(byte[] image, string name)
    {
        const int Offset = 1024;
        Set64(image, 8, (ulong)Offset);
        Set32(image, 16, (uint)Encoding.UTF8.GetBytes(name, image.AsSpan(Offset)));
        return image;
    }

    /// <summary>A raw disk of 1 MiB with one bootable partition in its MBR.</summary>
    public static byte[] Mbr()
    {
        byte[] image = new byte[1 << 20];
        byte[] entry = [0x80, 0, 2, 0, 0x83, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0];
        entry.CopyTo(image, 446);
        image[510] = 0x55;
        image[511] = 0xAA;
        return image;
    }

    /// <summary>A raw disk with a GPT behind its protective MBR.</summary>
    public static byte[] Gpt()
    {
        byte[] image = new byte[1 << 20];
        byte[] entry = [0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        entry.CopyTo(image, 446);
        image[510] = 0x55;
        image[511] = 0xAA;
        "EFI PART"u8.CopyTo(image.AsSpan(512));
        return image;
    }

    /// <summary>A FAT volume without a partition table.</summary>
    public static byte[] FatVolume()
    {
        byte[] image = new byte[1 << 20];
        byte[] start = [0xEB, 0x58, 0x90, .. "MSWIN4.1"u8, 0, 2, 4];
        start.CopyTo(image, 0);
        image[510] = 0x55;
        image[511] = 0xAA;
        return image;
    }

    /// <summary>Overwrites bytes of an image, and gives it.</summary>
    public static byte[] With(byte[] image, int offset, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(image.AsSpan(offset));
        return image;
    }

    /// <summary>Overwrites bytes of an image with a text, and gives it.</summary>
    public static byte[] With(byte[] image, int offset, string text) => With(image, offset, Encoding.ASCII.GetBytes(text));

    /// <summary>Writes a field of an image, big-endian.</summary>
    public static void Set32(byte[] image, int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset), value);

    /// <summary>Writes a field of an image, big-endian.</summary>
    public static void Set64(byte[] image, int offset, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(offset), value);

    /// <summary>Writes a field of an image, big-endian.</summary>
    public static void Set64(byte[] image, int offset, long value) => Set64(image, offset, (ulong)value);
}
