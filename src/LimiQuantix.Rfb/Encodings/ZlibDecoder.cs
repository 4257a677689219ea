using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Zlib encoding (number 6 of the community registry): raw pixels through one zlib stream a connection.</summary>
internal sealed class ZlibDecoder : IRectangleDecoder, IDisposable
{
    private readonly RfbInflater _inflater = new();

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Pixel;
        var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        await _inflater.ReceiveAsync(reader, length, target.Area.Area * decoder.Size, ct).ConfigureAwait(false);
        var rowLength = target.Area.Width * decoder.Size;
        for (var y = 0; y < target.Area.Height && rowLength > 0;)
        {
            var rows = _inflater.PeekRows(rowLength, target.Area.Height - y);
            _inflater.Advance(rows.Length);
            for (; rows.Length > 0; rows = rows[rowLength..], y++)
                decoder.Decode(rows[..rowLength], target.Row(y));
        }
        _inflater.EndRectangle();
    }

    public void Dispose() => _inflater.Dispose();
}
