using System.Buffers.Binary;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Messages;

/// <summary>Reads the shapes of cursors (RFC 6143 §7.8.1; Cursor With Alpha of the community registry). The rectangle's position is the hotspot.</summary>
internal sealed class CursorReceiver(RfbReader reader, WirePixels pixels)
{
    // Larger than any real cursor; what is beyond is read and forgotten.
    private const int MaxPixels = 512 * 512;

    public async ValueTask<RfbCursor?> ReceiveAsync(RfbRectangle area, CancellationToken ct)
    {
        var maskRow = (area.Width + 7) / 8;
        var (length, maskLength) = (area.Area * pixels.Pixel.Size, (long)maskRow * area.Height);
        if (area.Area > MaxPixels)
        {
            await reader.SkipAsync(length + maskLength, ct).ConfigureAwait(false);
            return null;
        }
        var bytes = await reader.ReadBytesAsync(length, ct).ConfigureAwait(false);
        var mask = await reader.ReadBytesAsync(maskLength, ct).ConfigureAwait(false);
        var shape = new uint[area.Area];
        pixels.Pixel.Decode(bytes, shape);
        for (var i = 0; i < shape.Length; i++)
        {
            var (x, y) = (i % area.Width, i / area.Width);
            if ((mask[y * maskRow + x / 8] >> (7 - x % 8) & 1) == 0)
                shape[i] = 0;
        }
        return new RfbCursor(area.Width, area.Height, area.X, area.Y, shape);
    }

    public async ValueTask<RfbCursor?> ReceiveWithAlphaAsync(RfbRectangle area, CancellationToken ct)
    {
        var encoding = (int)await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        if (encoding != (int)RfbEncoding.Raw)
            throw new RfbException(RfbErrorCode.UnsupportedEncoding, $"The server sent a cursor in encoding {encoding}; this client reads cursors in Raw.");
        if (area.Area > MaxPixels)
        {
            await reader.SkipAsync(4 * area.Area, ct).ConfigureAwait(false);
            return null;
        }
        var bytes = await reader.ReadBytesAsync(4 * area.Area, ct).ConfigureAwait(false);
        var shape = new uint[area.Area];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = Straight(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 * i)));
        return new RfbCursor(area.Width, area.Height, area.X, area.Y, shape);
    }

    /// <summary>Red, green, blue, opacity, multiplied by it, to 0xAARRGGBB that is not.</summary>
    private static uint Straight(uint rgba)
    {
        var alpha = rgba & 0xFF;
        return alpha == 0 ? 0 : alpha << 24 | Divide(rgba >> 24, alpha) << 16 | Divide(rgba >> 16 & 0xFF, alpha) << 8 | Divide(rgba >> 8 & 0xFF, alpha);
    }

    private static uint Divide(uint value, uint alpha) => Math.Min(255, (value * 255 + alpha / 2) / alpha);
}
