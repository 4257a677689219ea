using System.Buffers;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Raw encoding (RFC 6143 §7.7.1).</summary>
internal sealed class RawDecoder : IRectangleDecoder
{
    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Pixel;
        var length = target.Area.Width * decoder.Size;
        var row = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var y = 0; y < target.Area.Height; y++)
            {
                await reader.ReadExactlyAsync(row.AsMemory(0, length), ct).ConfigureAwait(false);
                decoder.Decode(row.AsSpan(0, length), target.Row(y));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(row);
        }
    }
}
