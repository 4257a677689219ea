using System.Buffers.Binary;
using System.IO.Compression;
using LimiQuantix.Rfb.Imaging;

namespace LimiQuantix.Rfb;

/// <summary>Writes pictures as PNG (W3C PNG specification): 8-bit RGB, one IDAT chunk, not interlaced.</summary>
public static class PngWriter
{
    private const byte FilterUp = 2;

    /// <summary>The picture as a PNG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToArray(Framebuffer picture)
    {
        using var file = new MemoryStream();
        Write(picture, file);
        return file.ToArray();
    }

    /// <summary>Writes the picture as a PNG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="destination">Where the file goes. It stays open.</param>
    public static void Write(Framebuffer picture, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        WriteChunk(destination, "IHDR"u8, Header(picture));
        using var data = CompressedRows(picture);
        WriteChunk(destination, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(destination, "IEND"u8, []);
    }

    private static byte[] Header(Framebuffer picture)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 8; // bits a sample
        header[9] = 2; // red, green, blue
        return header;
    }

    private static MemoryStream CompressedRows(Framebuffer picture)
    {
        var data = new MemoryStream();
        using var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true);
        var row = new byte[1 + picture.Width * 3];
        row[0] = FilterUp;
        for (var y = 0; y < picture.Height; y++)
        {
            var pixels = picture.GetRow(y);
            // "Up" stores differences to the row above: screens are mostly equal from row to row.
            var above = y == 0 ? [] : picture.GetRow(y - 1);
            for (var x = 0; x < pixels.Length; x++)
            {
                var other = y == 0 ? 0 : above[x];
                row[3 * x + 1] = (byte)((pixels[x] >> 16) - (other >> 16));
                row[3 * x + 2] = (byte)((pixels[x] >> 8) - (other >> 8));
                row[3 * x + 3] = (byte)(pixels[x] - other);
            }
            zlib.Write(row);
        }
        return data;
    }

    private static void WriteChunk(Stream destination, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        destination.Write(number);
        destination.Write(type);
        destination.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(type, data));
        destination.Write(number);
    }
}
