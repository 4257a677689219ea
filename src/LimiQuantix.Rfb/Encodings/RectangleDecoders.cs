namespace LimiQuantix.Rfb.Encodings;

/// <summary>The decoders of one connection, by encoding.</summary>
internal sealed class RectangleDecoders : IDisposable
{
    private const int OpenH264 = 50;

    private readonly Dictionary<RfbEncoding, IRectangleDecoder> _decoders;

    public RectangleDecoders()
    {
        var tight = new TightDecoder();
        _decoders = new()
        {
            [RfbEncoding.Raw] = new RawDecoder(),
            [RfbEncoding.CopyRect] = new CopyRectDecoder(),
            [RfbEncoding.Rre] = new RreDecoder(),
            [RfbEncoding.Hextile] = new HextileDecoder(),
            [RfbEncoding.Zlib] = new ZlibDecoder(),
            [RfbEncoding.Tight] = tight,
            [RfbEncoding.TightPng] = tight,
            [RfbEncoding.Zrle] = new ZrleDecoder(),
        };
    }

    public IRectangleDecoder Get(RfbEncoding encoding) => _decoders.TryGetValue(encoding, out var decoder)
        ? decoder
        : throw new RfbException(
            RfbErrorCode.UnsupportedEncoding,
            (int)encoding == OpenH264
                ? "The server sent H.264 (encoding 50), which this client does not read and never asks for."
                : $"The server used encoding {(int)encoding}, which was not asked for.");

    public void Dispose()
    {
        foreach (var decoder in _decoders.Values.Distinct().OfType<IDisposable>())
            decoder.Dispose();
    }
}
