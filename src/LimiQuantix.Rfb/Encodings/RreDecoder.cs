using System.Buffers.Binary;
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
        var length = decoder.Size + 8;
        while (count > 0)
        {
            await reader.EnsureAsync(length, ct).ConfigureAwait(false);
            for (; count > 0 && reader.Buffered >= length; count--)
            {
                var part = reader.Take(length);
                var place = part[decoder.Size..];
                var (x, y) = (BinaryPrimitives.ReadUInt16BigEndian(place), BinaryPrimitives.ReadUInt16BigEndian(place[2..]));
                var (width, height) = (BinaryPrimitives.ReadUInt16BigEndian(place[4..]), BinaryPrimitives.ReadUInt16BigEndian(place[6..]));
                target.Framebuffer.Fill(target.Part(x, y, width, height, "RRE"), decoder.Decode(part));
            }
        }
    }
}
