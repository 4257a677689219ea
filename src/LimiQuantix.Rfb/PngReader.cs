using System.IO.Compression;
using LimiQuantix.Rfb.Imaging;

namespace LimiQuantix.Rfb;

/// <summary>
/// Reads PNG pictures (W3C PNG specification): grey, RGB and palette, with or without alpha (which is ignored), up to eight bits a
/// sample, not interlaced. For pictures to wait for, and for TightPNG.
/// </summary>
public static class PngReader
{
    /// <summary>Reads a PNG file.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="maxPixels">The most pixels the picture may have.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="RfbException">This is no PNG file (<see cref="RfbErrorCode.ProtocolViolation"/>), of a kind not read here
    /// (<see cref="RfbErrorCode.UnsupportedEncoding"/>), or too large (<see cref="RfbErrorCode.LimitExceeded"/>).</exception>
    public static Framebuffer Read(ReadOnlySpan<byte> file, long maxPixels = 32 << 20)
    {
        var chunks = new PngChunks(file);
        if ((long)chunks.Width * chunks.Height > maxPixels)
            throw RfbException.Limit($"A PNG picture of {chunks.Width} by {chunks.Height} is beyond the limit of {maxPixels} pixels.");
        var picture = new Framebuffer(chunks.Width, chunks.Height);
        Decode(chunks, picture, 0, 0);
        return picture;
    }

    /// <summary>Reads a picture into an area of exactly its size.</summary>
    internal static void Decode(ReadOnlySpan<byte> file, Framebuffer framebuffer, RfbRectangle area)
    {
        var chunks = new PngChunks(file);
        if (chunks.Width != area.Width || chunks.Height != area.Height)
            throw RfbException.Violation($"A PNG picture of {chunks.Width} by {chunks.Height} comes in a rectangle of {area.Width} by {area.Height}.");
        Decode(chunks, framebuffer, area.X, area.Y);
    }

    private static void Decode(PngChunks chunks, Framebuffer framebuffer, int left, int top)
    {
        using var zlib = new ZLibStream(new MemoryStream(chunks.Data, 0, chunks.DataLength), CompressionMode.Decompress);
        var (row, above) = (new byte[chunks.RowLength], new byte[chunks.RowLength]);
        try
        {
            for (var y = 0; y < chunks.Height; y++)
            {
                var filter = zlib.ReadByte();
                zlib.ReadExactly(row);
                Restore(filter, row, above, chunks.PixelLength);
                chunks.ToPixels(row, framebuffer.Row(left, top + y, chunks.Width));
                (row, above) = (above, row);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RfbException(RfbErrorCode.ProtocolViolation, "A PNG picture's data is damaged or ends too early.", e);
        }
    }

    /// <summary>Adds back what the row's filter took away (PNG specification, 9.2).</summary>
    private static void Restore(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (var i = pixel; i < row.Length; i++)
                    row[i] += row[i - pixel];
                break;
            case 2:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)((i < pixel ? 0 : row[i - pixel]) + above[i] >> 1);
                break;
            case 4:
                for (var i = 0; i < row.Length; i++)
                    row[i] += i < pixel ? above[i] : Nearest(row[i - pixel], above[i], above[i - pixel]);
                break;
            default:
                throw RfbException.Violation($"PNG has no filter {filter}.");
        }
    }

    private static byte Nearest(int left, int above, int aboveLeft)
    {
        var guess = left + above - aboveLeft;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - aboveLeft));
        return (byte)(a <= b && a <= c ? left : b <= c ? above : aboveLeft);
    }
}
