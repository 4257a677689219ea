using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>RRE encoding (RFC 6143 §7.7.3).</summary>
internal sealed class RreDecoder : IRectangleDecoder
{
    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Pixel;
        await reader.EnsureAsync(4 + decoder.Size, ct).ConfigureAwait(false);
        var count = reader.TakeUInt32();
        if (count > target.Area.Area)
            throw RfbException.Violation($"An RRE rectangle of {target.Area.Area} pixels claims {count} subrectangles.");
        target.Framebuffer.Fill(target.Area, decoder.Decode(reader.Take(decoder.Size)));
        for (; count > 0; count--)
        {
            await reader.EnsureAsync(decoder.Size + 8, ct).ConfigureAwait(false);
            var colour = decoder.Decode(reader.Take(decoder.Size));
            var (x, y) = (reader.TakeUInt16(), reader.TakeUInt16());
            var (width, height) = (reader.TakeUInt16(), reader.TakeUInt16());
            target.Framebuffer.Fill(target.Part(x, y, width, height, "RRE"), colour);
        }
    }
}
