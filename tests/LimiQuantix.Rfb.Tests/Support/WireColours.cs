namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>Colours that a pixel format holds exactly, written as its pixels: the other half of the decoder, made independently.</summary>
internal sealed class WireColours(RfbPixelFormat format)
{
    public static readonly RfbPixelFormat[] Formats =
    [
        RfbPixelFormat.Bgrx32,
        RfbPixelFormat.Rgb565,
        RfbPixelFormat.Bgr233,
        RfbPixelFormat.Rgb565 with { BigEndian = true },
        RfbPixelFormat.Bgrx32 with { BigEndian = true },
        RfbPixelFormat.Bgrx32 with { RedShift = 24, GreenShift = 16, BlueShift = 8 },
        RfbPixelFormat.Bgrx32 with { RedShift = 0, GreenShift = 8, BlueShift = 16 },
        RfbPixelFormat.Bgrx32 with { Depth = 30, RedMax = 1023, GreenMax = 1023, BlueMax = 1023, RedShift = 20, GreenShift = 10, BlueShift = 0 },
    ];

    public RfbPixelFormat Format => format;

    /// <summary>The picture's value of a wire value.</summary>
    public uint Colour(uint wire) => 0xFF000000
        | Scaled(wire >> format.RedShift, format.RedMax) << 16
        | Scaled(wire >> format.GreenShift, format.GreenMax) << 8
        | Scaled(wire >> format.BlueShift, format.BlueMax);

    /// <summary>A random wire value with no bit outside its components.</summary>
    public uint Random(Random random) =>
        (uint)random.Next(format.RedMax + 1) << format.RedShift
        | (uint)random.Next(format.GreenMax + 1) << format.GreenShift
        | (uint)random.Next(format.BlueMax + 1) << format.BlueShift;

    public byte[] Pixel(uint wire) => Ordered(wire, format.BitsPerPixel / 8, format.BigEndian);

    /// <summary>CPIXEL (RFC 6143 §7.7.5).</summary>
    public byte[] CompactPixel(uint wire)
    {
        var used = (uint)format.RedMax << format.RedShift | (uint)format.GreenMax << format.GreenShift | (uint)format.BlueMax << format.BlueShift;
        if (format.BitsPerPixel != 32 || format.Depth > 24)
            return Pixel(wire);
        return Ordered((used & 0xFF000000) == 0 ? wire : wire >> 8, 3, format.BigEndian);
    }

    /// <summary>TPIXEL of Tight.</summary>
    public byte[] TightPixel(uint wire) => format is { BitsPerPixel: 32, Depth: 24 }
        ? [(byte)(wire >> format.RedShift), (byte)(wire >> format.GreenShift), (byte)(wire >> format.BlueShift)]
        : Pixel(wire);

    private static uint Scaled(uint value, int max) => (uint)Math.Round((value & max) * 255.0 / max, MidpointRounding.AwayFromZero);

    private static byte[] Ordered(uint value, int size, bool bigEndian)
    {
        var bytes = BitConverter.GetBytes(value)[..size];
        return bigEndian ? [.. bytes.Reverse()] : bytes;
    }
}
