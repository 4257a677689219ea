using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Reads the rectangles of one encoding. One instance serves one connection: some encodings keep a zlib stream across rectangles.</summary>
internal interface IRectangleDecoder
{
    ValueTask DecodeAsync(RfbReader reader, RectangleTarget target, CancellationToken ct);
}
