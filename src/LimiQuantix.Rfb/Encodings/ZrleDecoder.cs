using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>ZRLE encoding (RFC 6143 §7.7.6).</summary>
internal sealed class ZrleDecoder : IRectangleDecoder, IDisposable
{
    private const int TileSize = 64;

    private readonly RfbInflater _inflater = new();
    private readonly ZrleTileDecoder _tiles;

    public ZrleDecoder() => _tiles = new ZrleTileDecoder(_inflater);

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Compact;
        var (columns, rows) = ((target.Area.Width + TileSize - 1) / TileSize, (target.Area.Height + TileSize - 1) / TileSize);
        // The most a tile can take: its type, a full palette, and every pixel as a run of its own.
        var inflatedLength = (long)columns * rows * (1 + 127 * decoder.Size) + target.Area.Area * (decoder.Size + 1);
        var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        await _inflater.ReceiveAsync(reader, length, inflatedLength, ct).ConfigureAwait(false);
        for (var y = 0; y < target.Area.Height; y += TileSize)
        {
            for (var x = 0; x < target.Area.Width; x += TileSize)
            {
                var width = Math.Min(TileSize, target.Area.Width - x);
                var height = Math.Min(TileSize, target.Area.Height - y);
                var tile = _tiles.Decode(decoder, width, height);
                for (var row = 0; row < height; row++)
                    tile.Slice(row * width, width).CopyTo(target.Row(y + row)[x..]);
            }
        }
        _inflater.EndRectangle();
    }

    public void Dispose() => _inflater.Dispose();
}
