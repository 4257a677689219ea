using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Hextile encoding (RFC 6143 §7.7.4).</summary>
internal sealed class HextileDecoder : IRectangleDecoder
{
    private const int TileSize = 16;
    private const int Raw = 1;
    private const int BackgroundSpecified = 2;
    private const int ForegroundSpecified = 4;
    private const int AnySubrects = 8;
    private const int SubrectsColoured = 16;

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        // Colours carry over from tile to tile, within one rectangle.
        var colours = new Colours { Background = Framebuffer.Black, Foreground = Framebuffer.Black };
        var (x, y) = (0, 0);
        while (y < target.Area.Height && target.Area.Width > 0)
        {
            // As many tiles as have arrived whole; then at least one more byte is needed.
            DecodeAvailable(reader, target, ref colours, ref x, ref y);
            if (y < target.Area.Height)
                await reader.MoreAsync(ct).ConfigureAwait(false);
        }
    }

    private static void DecodeAvailable(RfbReader reader, RectangleTarget target, ref Colours colours, ref int x, ref int y)
    {
        while (y < target.Area.Height)
        {
            var tile = new RfbRectangle(target.Area.X + x, target.Area.Y + y, Math.Min(TileSize, target.Area.Width - x), Math.Min(TileSize, target.Area.Height - y));
            var bytes = reader.Available;
            var length = Length(bytes, tile, target.Pixels.Pixel.Size);
            if (length == 0)
                return;
            DecodeTile(bytes[..length], tile, target.Framebuffer, target.Pixels.Pixel, ref colours);
            reader.Take(length);
            x += TileSize;
            if (x >= target.Area.Width)
                (x, y) = (0, y + TileSize);
        }
    }

    /// <summary>The tile's length, or 0 when too little of it has arrived.</summary>
    private static int Length(ReadOnlySpan<byte> bytes, RfbRectangle tile, int pixel)
    {
        if (bytes.IsEmpty)
            return 0;
        var mask = bytes[0];
        var length = 1;
        if ((mask & Raw) != 0)
        {
            length += tile.Width * tile.Height * pixel;
            return bytes.Length >= length ? length : 0;
        }
        length += ((mask & BackgroundSpecified) != 0 ? pixel : 0) + ((mask & ForegroundSpecified) != 0 ? pixel : 0);
        if ((mask & AnySubrects) != 0)
        {
            if (bytes.Length <= length)
                return 0;
            length += 1 + bytes[length] * (2 + ((mask & SubrectsColoured) != 0 ? pixel : 0));
        }
        return bytes.Length >= length ? length : 0;
    }

    private static void DecodeTile(ReadOnlySpan<byte> bytes, RfbRectangle tile, Framebuffer framebuffer, PixelDecoder pixel, ref Colours colours)
    {
        var mask = bytes[0];
        bytes = bytes[1..];
        if ((mask & Raw) != 0)
        {
            for (var row = 0; row < tile.Height; row++, bytes = bytes[(tile.Width * pixel.Size)..])
                pixel.Decode(bytes[..(tile.Width * pixel.Size)], framebuffer.Row(tile.X, tile.Y + row, tile.Width));
            return;
        }
        if ((mask & BackgroundSpecified) != 0)
        {
            colours.Background = pixel.Decode(bytes);
            bytes = bytes[pixel.Size..];
        }
        if ((mask & ForegroundSpecified) != 0)
        {
            colours.Foreground = pixel.Decode(bytes);
            bytes = bytes[pixel.Size..];
        }
        framebuffer.Fill(tile, colours.Background);
        if ((mask & AnySubrects) != 0)
            DecodeSubrects(bytes, tile, framebuffer, (mask & SubrectsColoured) != 0 ? pixel : null, colours.Foreground);
    }

    private static void DecodeSubrects(ReadOnlySpan<byte> bytes, RfbRectangle tile, Framebuffer framebuffer, PixelDecoder? coloured, uint colour)
    {
        var pixels = framebuffer.Block(tile);
        var stride = framebuffer.Width;
        var length = 2 + (coloured?.Size ?? 0);
        var count = bytes[0];
        bytes = bytes[1..];
        for (; count > 0; count--, bytes = bytes[length..])
        {
            if (coloured is not null)
                colour = coloured.Decode(bytes);
            int place = bytes[length - 2], size = bytes[length - 1];
            var (x, y) = (place >> 4, place & 15);
            var (width, height) = ((size >> 4) + 1, (size & 15) + 1);
            if (x + width > tile.Width || y + height > tile.Height)
                throw RfbException.Violation("A Hextile subrectangle leaves its tile.");
            // Mostly a few pixels: a call for each row would cost more than its pixels.
            for (var start = y * stride + x; height > 0; height--, start += stride)
            {
                var row = pixels.Slice(start, width);
                for (var i = 0; i < row.Length; i++)
                    row[i] = colour;
            }
        }
    }

    private struct Colours
    {
        public uint Background;
        public uint Foreground;
    }
}
