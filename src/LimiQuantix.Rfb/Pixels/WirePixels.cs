namespace LimiQuantix.Rfb.Pixels;

/// <summary>The three layouts in which the encodings of one connection carry its pixels.</summary>
internal sealed class WirePixels
{
    public WirePixels(RfbPixelFormat format)
    {
        Format = format;
        Pixel = PixelDecoder.ForPixel(format, Colours);
        Compact = PixelDecoder.ForCompactPixel(format, Colours);
        Tight = PixelDecoder.ForTightPixel(format, Colours);
    }

    public RfbPixelFormat Format { get; }

    public ColourMap Colours { get; } = new();

    /// <summary>PIXEL, of every encoding but ZRLE and Tight.</summary>
    public PixelDecoder Pixel { get; }

    /// <summary>CPIXEL, of ZRLE.</summary>
    public PixelDecoder Compact { get; }

    /// <summary>TPIXEL, of Tight.</summary>
    public PixelDecoder Tight { get; }
}
