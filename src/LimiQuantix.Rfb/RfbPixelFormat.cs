using System.Buffers.Binary;

namespace LimiQuantix.Rfb;

/// <summary>How a pixel is laid out on the wire (RFC 6143 §7.4).</summary>
public sealed record RfbPixelFormat
{
    internal const int WireLength = 16;

    /// <summary>32 bits, blue in the lowest byte, little-endian: lossless and the cheapest to read.</summary>
    public static RfbPixelFormat Bgrx32 { get; } = new()
    {
        BitsPerPixel = 32, Depth = 24, TrueColour = true, RedMax = 255, GreenMax = 255, BlueMax = 255, RedShift = 16, GreenShift = 8,
    };

    /// <summary>16 bits of true colour: five red, six green, five blue, little-endian.</summary>
    public static RfbPixelFormat Rgb565 { get; } = new()
    {
        BitsPerPixel = 16, Depth = 16, TrueColour = true, RedMax = 31, GreenMax = 63, BlueMax = 31, RedShift = 11, GreenShift = 5,
    };

    /// <summary>8 bits of true colour: three red, three green, two blue.</summary>
    public static RfbPixelFormat Bgr233 { get; } = new()
    {
        BitsPerPixel = 8, Depth = 8, TrueColour = true, RedMax = 7, GreenMax = 7, BlueMax = 3, GreenShift = 3, BlueShift = 6,
    };

    /// <summary>8, 16 or 32.</summary>
    public required int BitsPerPixel { get; init; }

    /// <summary>How many of those bits carry colour.</summary>
    public required int Depth { get; init; }

    /// <summary>Whether values of more than one byte have the highest byte first.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Whether a pixel holds intensities; otherwise it is an index into the server's colour map (8 bits only).</summary>
    public required bool TrueColour { get; init; }

    /// <summary>The highest red intensity, a power of two less one.</summary>
    public int RedMax { get; init; }

    /// <summary>The highest green intensity, a power of two less one.</summary>
    public int GreenMax { get; init; }

    /// <summary>The highest blue intensity, a power of two less one.</summary>
    public int BlueMax { get; init; }

    /// <summary>How far a pixel is shifted right to bring red to the lowest bit.</summary>
    public int RedShift { get; init; }

    /// <summary>How far a pixel is shifted right to bring green to the lowest bit.</summary>
    public int GreenShift { get; init; }

    /// <summary>How far a pixel is shifted right to bring blue to the lowest bit.</summary>
    public int BlueShift { get; init; }

    internal int BytesPerPixel => BitsPerPixel / 8;

    internal static RfbPixelFormat Read(ReadOnlySpan<byte> wire)
    {
        var format = new RfbPixelFormat
        {
            BitsPerPixel = wire[0],
            Depth = wire[1],
            BigEndian = wire[2] != 0,
            TrueColour = wire[3] != 0,
            RedMax = BinaryPrimitives.ReadUInt16BigEndian(wire[4..]),
            GreenMax = BinaryPrimitives.ReadUInt16BigEndian(wire[6..]),
            BlueMax = BinaryPrimitives.ReadUInt16BigEndian(wire[8..]),
            RedShift = wire[10],
            GreenShift = wire[11],
            BlueShift = wire[12],
        };
        return format.Fault() is { } fault ? throw RfbException.Violation($"The server's pixel format is invalid: {fault}") : format;
    }

    internal void Write(Span<byte> wire)
    {
        wire[..WireLength].Clear();
        wire[0] = (byte)BitsPerPixel;
        wire[1] = (byte)Depth;
        wire[2] = BigEndian ? (byte)1 : (byte)0;
        wire[3] = TrueColour ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(wire[4..], (ushort)RedMax);
        BinaryPrimitives.WriteUInt16BigEndian(wire[6..], (ushort)GreenMax);
        BinaryPrimitives.WriteUInt16BigEndian(wire[8..], (ushort)BlueMax);
        wire[10] = (byte)RedShift;
        wire[11] = (byte)GreenShift;
        wire[12] = (byte)BlueShift;
    }

    internal RfbPixelFormat Validated() =>
        Fault() is { } fault ? throw new ArgumentException($"The pixel format is invalid: {fault}") : this;

    private string? Fault()
    {
        if (BitsPerPixel is not (8 or 16 or 32))
            return $"{BitsPerPixel} bits per pixel.";
        if (Depth < 1 || Depth > BitsPerPixel)
            return $"a depth of {Depth} in {BitsPerPixel} bits.";
        if (!TrueColour)
            return BitsPerPixel == 8 ? null : "a colour map needs 8 bits per pixel.";
        return ComponentFault(RedMax, RedShift, "red") ?? ComponentFault(GreenMax, GreenShift, "green") ?? ComponentFault(BlueMax, BlueShift, "blue");
    }

    private string? ComponentFault(int max, int shift, string name)
    {
        if (max < 1 || max > ushort.MaxValue || (max & (max + 1)) != 0)
            return $"the highest {name} is {max}.";
        return shift < 0 || shift >= BitsPerPixel || ((ulong)max << shift) >> BitsPerPixel != 0 ? $"{name} lies outside the pixel." : null;
    }
}
