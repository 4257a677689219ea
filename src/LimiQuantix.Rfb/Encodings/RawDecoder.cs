using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Raw encoding (RFC 6143 §7.7.1).</summary>
internal sealed class RawDecoder : IRectangleDecoder
{
    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Pixel;
        var rowLength = target.Area.Width * decoder.Size;
        if (rowLength == 0)
            return;
        for (var y = 0; y < target.Area.Height;)
        {
            await reader.EnsureAsync(rowLength, ct).ConfigureAwait(false);
            // All the rows that have arrived, in one go.
            var rows = Math.Min(reader.Buffered / rowLength, target.Area.Height - y);
            for (var bytes = reader.Take(rows * rowLength); rows > 0; rows--, y++, bytes = bytes[rowLength..])
                decoder.Decode(bytes[..rowLength], target.Row(y));
        }
    }
}
