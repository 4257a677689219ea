namespace LimiQuantix.Rfb.Imaging;

/// <summary>Rows of JPEG samples to pixels (JFIF 1.02), rounded as libjpeg does.</summary>
internal static class JpegColours
{
    private const int Fraction = 16;
    private const int Half = 1 << (Fraction - 1);

    public static void FromGrey(ReadOnlySpan<byte> grey, Span<uint> pixels)
    {
        for (var x = 0; x < pixels.Length; x++)
            pixels[x] = Framebuffer.Black | grey[x] * 0x010101u;
    }

    public static void FromRgb(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<uint> pixels)
    {
        for (var x = 0; x < pixels.Length; x++)
            pixels[x] = Framebuffer.Black | (uint)(red[x] << 16 | green[x] << 8 | blue[x]);
    }

    public static void FromYcc(ReadOnlySpan<byte> brightness, ReadOnlySpan<byte> blueness, ReadOnlySpan<byte> redness, Span<uint> pixels)
    {
        brightness = brightness[..pixels.Length];
        blueness = blueness[..pixels.Length];
        redness = redness[..pixels.Length];
        for (var x = 0; x < pixels.Length; x++)
        {
            var (y, cb, cr) = (brightness[x], blueness[x] - 128, redness[x] - 128);
            var red = JpegTransform.Clamp(y + (91881 * cr + Half >> Fraction));
            var green = JpegTransform.Clamp(y + (-22554 * cb - 46802 * cr + Half >> Fraction));
            var blue = JpegTransform.Clamp(y + (116130 * cb + Half >> Fraction));
            pixels[x] = Framebuffer.Black | (uint)(red << 16 | green << 8 | blue);
        }
    }
}
