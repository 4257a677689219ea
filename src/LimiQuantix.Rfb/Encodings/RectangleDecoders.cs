namespace LimiQuantix.Rfb.Encodings;

/// <summary>The decoders of one connection, by encoding.</summary>
internal sealed class RectangleDecoders : IDisposable
{
    private readonly Dictionary<RfbEncoding, IRectangleDecoder> _decoders = new()
    {
        [RfbEncoding.Raw] = new RawDecoder(),
        [RfbEncoding.CopyRect] = new CopyRectDecoder(),
        [RfbEncoding.Rre] = new RreDecoder(),
        [RfbEncoding.Hextile] = new HextileDecoder(),
        [RfbEncoding.Zlib] = new ZlibDecoder(),
        [RfbEncoding.Tight] = new TightDecoder(),
        [RfbEncoding.Zrle] = new ZrleDecoder(),
    };

    public IRectangleDecoder Get(RfbEncoding encoding) => _decoders.TryGetValue(encoding, out var decoder)
        ? decoder
        : throw new RfbException(RfbErrorCode.UnsupportedEncoding, $"The server used encoding {(int)encoding}, which was not asked for.");

    public void Dispose()
    {
        foreach (var decoder in _decoders.Values.OfType<IDisposable>())
            decoder.Dispose();
    }
}
