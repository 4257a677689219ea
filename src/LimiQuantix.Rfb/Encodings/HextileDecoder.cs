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
        var background = Framebuffer.Black;
        var foreground = Framebuffer.Black;
        var pixel = target.Pixels.Pixel;
        for (var y = 0; y < target.Area.Height; y += TileSize)
        {
            for (var x = 0; x < target.Area.Width; x += TileSize)
            {
                var width = Math.Min(TileSize, target.Area.Width - x);
                var height = Math.Min(TileSize, target.Area.Height - y);
                var tile = target with { Area = target.Part(x, y, width, height, "Hextile") };
                var mask = await reader.ReadByteAsync(ct).ConfigureAwait(false);
                if ((mask & Raw) != 0)
                {
                    await reader.EnsureAsync(width * height * pixel.Size, ct).ConfigureAwait(false);
                    for (var row = 0; row < height; row++)
                        pixel.Decode(reader.Take(width * pixel.Size), tile.Row(row));
                    continue;
                }
                if ((mask & BackgroundSpecified) != 0)
                    background = await ReadColourAsync(reader, pixel, ct).ConfigureAwait(false);
                if ((mask & ForegroundSpecified) != 0)
                    foreground = await ReadColourAsync(reader, pixel, ct).ConfigureAwait(false);
                tile.Framebuffer.Fill(tile.Area, background);
                if ((mask & AnySubrects) != 0)
                    await DecodeSubrectsAsync(reader, tile, (mask & SubrectsColoured) != 0, foreground, ct).ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<uint> ReadColourAsync(RfbReader reader, PixelDecoder pixel, CancellationToken ct)
    {
        await reader.EnsureAsync(pixel.Size, ct).ConfigureAwait(false);
        return pixel.Decode(reader.Take(pixel.Size));
    }

    private static async ValueTask DecodeSubrectsAsync(RfbReader reader, RectangleTarget tile, bool coloured, uint foreground, CancellationToken ct)
    {
        var pixel = tile.Pixels.Pixel;
        var count = await reader.ReadByteAsync(ct).ConfigureAwait(false);
        await reader.EnsureAsync(count * (2 + (coloured ? pixel.Size : 0)), ct).ConfigureAwait(false);
        for (; count > 0; count--)
        {
            var colour = coloured ? pixel.Decode(reader.Take(pixel.Size)) : foreground;
            var (position, size) = (reader.TakeByte(), reader.TakeByte());
            tile.Framebuffer.Fill(tile.Part(position >> 4, position & 15, (size >> 4) + 1, (size & 15) + 1, "Hextile"), colour);
        }
    }
}
