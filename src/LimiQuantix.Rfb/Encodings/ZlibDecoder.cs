using System.Runtime.InteropServices;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Zlib encoding (number 6 of the community registry): raw pixels through one zlib stream a connection.</summary>
internal sealed class ZlibDecoder : IRectangleDecoder, IDisposable
{
    private readonly RfbInflater _inflater = new();
    private byte[] _row = [];

    public async ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct)
    {
        var decoder = target.Pixels.Pixel;
        var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        await _inflater.ReceiveAsync(reader, length, target.Area.Area * decoder.Size, ct).ConfigureAwait(false);
        var rowLength = target.Area.Width * decoder.Size;
        if (_row.Length < rowLength && !decoder.IsNative)
            _row = new byte[rowLength];
        for (var y = 0; y < target.Area.Height; y++)
        {
            var pixels = target.Row(y);
            var row = decoder.IsNative ? MemoryMarshal.AsBytes(pixels) : _row.AsSpan(0, rowLength);
            _inflater.ReadExactly(row);
            decoder.Decode(row, pixels);
        }
        _inflater.EndRectangle();
    }

    public void Dispose() => _inflater.Dispose();
}
