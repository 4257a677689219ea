using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace LimiQuantix.Rfb.Pixels;

/// <summary>Turns pixels of one wire layout, of one to four bytes each, into 0xFFRRGGBB.</summary>
internal sealed class PixelDecoder
{
    private readonly bool _bigEndian;
    private readonly ColourMap? _colours;
    private readonly (int Max, int Shift) _red;
    private readonly (int Max, int Shift) _green;
    private readonly (int Max, int Shift) _blue;
    private readonly Layout _layout;

    private PixelDecoder(RfbPixelFormat format, int size, int droppedBits, ColourMap? colours)
    {
        Size = size;
        _bigEndian = format.BigEndian;
        _colours = colours;
        _red = (format.RedMax, format.RedShift - droppedBits);
        _green = (format.GreenMax, format.GreenShift - droppedBits);
        _blue = (format.BlueMax, format.BlueShift - droppedBits);
        if (colours is null && _red == (255, 16) && _green == (255, 8) && _blue == (255, 0))
            _layout = (size, _bigEndian) switch { (4, false) => Layout.Bgrx, (3, false) => Layout.Bgr, (3, true) => Layout.Rgb, _ => Layout.Other };
    }

    private enum Layout
    {
        Other,
        Bgrx,
        Bgr,
        Rgb,
    }

    /// <summary>Bytes of a pixel on the wire.</summary>
    public int Size { get; }

    /// <summary>Whether a pixel is the three bytes red, green and blue.</summary>
    public bool IsRgb => _layout == Layout.Rgb;

    /// <summary>The highest intensities of red, green and blue.</summary>
    public (int Red, int Green, int Blue) Max => (_red.Max, _green.Max, _blue.Max);

    /// <summary>PIXEL: the layout as negotiated.</summary>
    public static PixelDecoder ForPixel(RfbPixelFormat format, ColourMap colours) =>
        new(format, format.BytesPerPixel, 0, format.TrueColour ? null : colours);

    /// <summary>CPIXEL (RFC 6143 §7.7.5): three bytes when the colours leave one of four unused.</summary>
    public static PixelDecoder ForCompactPixel(RfbPixelFormat format, ColourMap colours)
    {
        if (!format.TrueColour || format.BitsPerPixel != 32 || format.Depth > 24)
            return ForPixel(format, colours);
        var used = (ulong)format.RedMax << format.RedShift | (ulong)format.GreenMax << format.GreenShift | (ulong)format.BlueMax << format.BlueShift;
        if (used <= 0xFFFFFF)
            return new PixelDecoder(format, 3, 0, null);
        // Dropping the low byte keeps every component whole: the mask says that none has bits there.
        return (used & 0xFF) == 0 ? new PixelDecoder(format, 3, 8, null) : ForPixel(format, colours);
    }

    /// <summary>TPIXEL of Tight: the bytes red, green, blue when the format has eight bits of each in 32.</summary>
    public static PixelDecoder ForTightPixel(RfbPixelFormat format, ColourMap colours)
    {
        if (!format.TrueColour || format.BitsPerPixel != 32 || format.Depth != 24 || (format.RedMax, format.GreenMax, format.BlueMax) != (255, 255, 255))
            return ForPixel(format, colours);
        return new PixelDecoder(format with { BigEndian = true, RedShift = 16, GreenShift = 8, BlueShift = 0 }, 3, 0, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Decode(ReadOnlySpan<byte> pixel) =>
        _layout == Layout.Bgrx ? BinaryPrimitives.ReadUInt32LittleEndian(pixel) | Framebuffer.Black : DecodeOther(pixel);

    public void Decode(ReadOnlySpan<byte> pixels, Span<uint> destination)
    {
        switch (_layout)
        {
            case Layout.Bgrx when BitConverter.IsLittleEndian:
                PixelRows.FromBgrx(pixels, destination);
                return;
            case Layout.Bgr:
                PixelRows.FromBgr(pixels, destination);
                return;
            case Layout.Rgb:
                PixelRows.FromRgb(pixels, destination);
                return;
        }
        for (var i = 0; i < destination.Length; i++)
            destination[i] = Decode(pixels.Slice(i * Size, Size));
    }

    /// <summary>The intensities of a true-colour pixel, each from 0 to its maximum.</summary>
    public (int Red, int Green, int Blue) Components(ReadOnlySpan<byte> pixel)
    {
        var value = Value(pixel);
        return (Component(value, _red), Component(value, _green), Component(value, _blue));
    }

    public uint Compose(int red, int green, int blue) =>
        Framebuffer.Black | Scale(red, _red.Max) << 16 | Scale(green, _green.Max) << 8 | Scale(blue, _blue.Max);

    private uint DecodeOther(ReadOnlySpan<byte> pixel)
    {
        switch (_layout)
        {
            case Layout.Bgr:
                return Framebuffer.Black | (uint)(pixel[2] << 16 | pixel[1] << 8 | pixel[0]);
            case Layout.Rgb:
                return Framebuffer.Black | (uint)(pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
        }
        if (_colours is not null)
            return _colours[pixel[0]];
        var (red, green, blue) = Components(pixel);
        return Compose(red, green, blue);
    }

    private uint Value(ReadOnlySpan<byte> pixel) => Size switch
    {
        1 => pixel[0],
        2 => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(pixel) : BinaryPrimitives.ReadUInt16LittleEndian(pixel),
        3 when _bigEndian => (uint)(pixel[0] << 16 | pixel[1] << 8 | pixel[2]),
        3 => (uint)(pixel[2] << 16 | pixel[1] << 8 | pixel[0]),
        _ => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(pixel) : BinaryPrimitives.ReadUInt32LittleEndian(pixel),
    };

    private static int Component(uint value, (int Max, int Shift) component) => (int)(value >> component.Shift) & component.Max;

    private static uint Scale(int value, int max) => max == 255 ? (uint)value : (uint)((value * 255L + max / 2) / max);
}
