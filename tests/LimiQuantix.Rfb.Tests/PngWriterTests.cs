using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LimiQuantix.Rfb.Tests;

internal sealed class PngWriterTests
{
    [TestCase(1, 1)]
    [TestCase(3, 2)]
    [TestCase(257, 65)]
    public void Png_holds_the_picture(int width, int height)
    {
        var picture = new Framebuffer(width, height);
        var random = new Random(width);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                picture.Fill(new RfbRectangle(x, y, 1, 1), 0xFF000000 | (uint)random.Next(1 << 24));
        }

        Assert.That(Read(PngWriter.ToArray(picture)), Is.EqualTo(picture.Pixels.ToArray()));
    }

    [Test]
    public void Chunk_checksums_are_those_of_the_specification()
    {
        // Every PNG ends with these twelve bytes.
        Assert.That(PngWriter.ToArray(new Framebuffer(1, 1))[^12..], Is.EqualTo(Convert.FromHexString("0000000049454E44AE426082")));
    }

    /// <summary>A reader of what the writer may write: one IDAT, filter "up" in every row.</summary>
    private static uint[] Read(byte[] file)
    {
        Assert.That(file[..8], Is.EqualTo(Convert.FromHexString("89504E470D0A1A0A")));
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20)));
        Assert.That(file[24..29], Is.EqualTo(new byte[] { 8, 2, 0, 0, 0 }));
        Assert.That(Encoding.ASCII.GetString(file, 37, 4), Is.EqualTo("IDAT"));
        using var zlib = new ZLibStream(new MemoryStream(file, 41, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33))), CompressionMode.Decompress);
        var (above, row, pixels) = (new byte[width * 3], new byte[width * 3 + 1], new List<uint>());
        for (var y = 0; y < height; y++)
        {
            zlib.ReadExactly(row);
            Assert.That(row[0], Is.EqualTo(2));
            for (var i = 0; i < above.Length; i++)
                above[i] += row[i + 1];
            for (var x = 0; x < width; x++)
                pixels.Add(0xFF000000 | (uint)(above[3 * x] << 16 | above[3 * x + 1] << 8 | above[3 * x + 2]));
        }
        Assert.That(zlib.ReadByte(), Is.EqualTo(-1));
        return [.. pixels];
    }
}
