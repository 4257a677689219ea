using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>ZRLE encoding (RFC 6143 §7.7.6).</summary>
internal sealed class ZrleDecoder : IRectangleDecoder, IDisposable
{
    private const int TileSize = 64;

    private readonly RfbInflater _inflater = new();
    private readonly ZrleTileDecoder _tiles = new();

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Compact;
        var (columns, rows) = ((target.Area.Width + TileSize - 1) / TileSize, (target.Area.Height + TileSize - 1) / TileSize);
        // The most a tile can take: its type, a full palette, and every pixel as a run of its own.
        var inflatedLength = (long)columns * rows * (1 + 127 * decoder.Size) + target.Area.Area * (decoder.Size + 1);
        var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        await _inflater.ReceiveAsync(reader, length, inflatedLength, ct).ConfigureAwait(false);
        var mostBytes = 1 + 127 * decoder.Size + TileSize * TileSize * (decoder.Size + 1);
        for (var y = 0; y < target.Area.Height; y += TileSize)
        {
            for (var x = 0; x < target.Area.Width; x += TileSize)
            {
                var tile = target with { Area = target.Part(x, y, Math.Min(TileSize, target.Area.Width - x), Math.Min(TileSize, target.Area.Height - y), "ZRLE") };
                _inflater.Advance(_tiles.Decode(_inflater.Peek(mostBytes), tile));
            }
        }
        _inflater.EndRectangle();
    }

    public void Dispose() => _inflater.Dispose();
}
