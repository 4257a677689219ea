namespace LimiQuantix.Rfb.Imaging;

/// <summary>
/// The inverse cosine transform of one block of eight by eight, in integers of thirteen fractional bits after Loeffler, Ligtenberg
/// and Moschytz (1989): the same rounding as the decoders that most viewers use, so that the pictures are the same.
/// </summary>
internal static class JpegTransform
{
    private const int Fraction = 13;
    private const int Pass1Bits = 2;

    /// <summary>Coefficients, dequantised and in rows, to samples.</summary>
    public static void Inverse(Span<int> block, Span<byte> samples, int stride)
    {
        for (var column = 0; column < 8; column++)
            Pass(block, column, 8, Fraction - Pass1Bits);
        for (var row = 0; row < 8; row++)
        {
            Pass(block, 8 * row, 1, Fraction + Pass1Bits + 3);
            var values = block.Slice(8 * row, 8);
            var line = samples.Slice(row * stride, 8);
            for (var i = 0; i < 8; i++)
                line[i] = Clamp(values[i] + 128);
        }
    }

    public static byte Clamp(int value) => (uint)value <= 255 ? (byte)value : value < 0 ? (byte)0 : (byte)255;

    private static void Pass(Span<int> block, int at, int step, int shift)
    {
        var b = block[at..];
        var (c0, c1, c2, c3) = (b[0], b[step], b[2 * step], b[3 * step]);
        var (c4, c5, c6, c7) = (b[4 * step], b[5 * step], b[6 * step], b[7 * step]);
        var half = 1 << (shift - 1);
        if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) == 0)
        {
            var value = ((c0 << Fraction) + half) >> shift;
            for (var i = 0; i < 8; i++)
                b[i * step] = value;
            return;
        }

        var z1 = (c2 + c6) * 4433;
        var (t2, t3) = (z1 - c6 * 15137, z1 + c2 * 6270);
        var (t0, t1) = ((c0 + c4) << Fraction, (c0 - c4) << Fraction);
        var (e0, e3, e1, e2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);

        var z5 = (c7 + c3 + c5 + c1) * 9633;
        var za = (c7 + c1) * -7373;
        var zb = (c5 + c3) * -20995;
        var zc = (c7 + c3) * -16069 + z5;
        var zd = (c5 + c1) * -3196 + z5;
        var o0 = c7 * 2446 + za + zc;
        var o1 = c5 * 16819 + zb + zd;
        var o2 = c3 * 25172 + zb + zc;
        var o3 = c1 * 12299 + za + zd;

        b[0] = (e0 + o3 + half) >> shift;
        b[7 * step] = (e0 - o3 + half) >> shift;
        b[step] = (e1 + o2 + half) >> shift;
        b[6 * step] = (e1 - o2 + half) >> shift;
        b[2 * step] = (e2 + o1 + half) >> shift;
        b[5 * step] = (e2 - o1 + half) >> shift;
        b[3 * step] = (e3 + o0 + half) >> shift;
        b[4 * step] = (e3 - o0 + half) >> shift;
    }
}
