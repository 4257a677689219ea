using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Reads one inflated ZRLE tile of at most 64 by 64 pixels (RFC 6143 §7.7.6, "subencoding").</summary>
internal sealed class ZrleTileDecoder
{
    private const int MaxTilePixels = 64 * 64;
    private const int ShortRun = 16;

    private readonly uint[] _pixels = new uint[MaxTilePixels];
    private readonly uint[] _palette = new uint[128];

    /// <summary>Decodes the tile that <paramref name="bytes"/> begin with, and tells how many of them it took.</summary>
    public int Decode(ReadOnlySpan<byte> bytes, RectangleTarget target)
    {
        var decoder = target.Pixels.Compact;
        var rest = bytes;
        var type = Take(ref rest, 1)[0];
        switch (type)
        {
            case 0:
                var rowLength = target.Area.Width * decoder.Size;
                var pixels = Take(ref rest, rowLength * target.Area.Height);
                for (var y = 0; y < target.Area.Height; y++)
                    decoder.Decode(pixels.Slice(y * rowLength, rowLength), target.Row(y));
                break;
            case 1:
                target.Framebuffer.Fill(target.Area, decoder.Decode(Take(ref rest, decoder.Size)));
                break;
            case <= 16:
                ReadPalette(ref rest, decoder, type);
                UnpackIndexes(ref rest, type, target);
                break;
            case 128:
                ReadRuns(ref rest, decoder, _pixels.AsSpan(0, (int)target.Area.Area));
                Store(target);
                break;
            case >= 130:
                ReadPalette(ref rest, decoder, type - 128);
                ReadPaletteRuns(ref rest, type - 128, _pixels.AsSpan(0, (int)target.Area.Area));
                Store(target);
                break;
            default:
                throw RfbException.Violation($"ZRLE has no tile type {type}.");
        }
        return bytes.Length - rest.Length;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
            throw Short();
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static RfbException Short() => RfbException.Violation("A compressed rectangle ends before its pixels do.");

    private void Store(RectangleTarget target)
    {
        for (var y = 0; y < target.Area.Height; y++)
            _pixels.AsSpan(y * target.Area.Width, target.Area.Width).CopyTo(target.Row(y));
    }

    private void ReadPalette(ref ReadOnlySpan<byte> bytes, PixelDecoder decoder, int colours) =>
        decoder.Decode(Take(ref bytes, colours * decoder.Size), _palette.AsSpan(0, colours));

    /// <summary>Indexes of 1, 2 or 4 bits, highest first; each row begins a new byte.</summary>
    private void UnpackIndexes(ref ReadOnlySpan<byte> bytes, int colours, RectangleTarget target)
    {
        var bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
        var mask = (1 << bits) - 1;
        // Indexes beyond the palette find a mark there, which is looked for once a row.
        var palette = _palette.AsSpan(0, mask + 1);
        palette[colours..].Clear();
        for (var y = 0; y < target.Area.Height; y++)
        {
            var row = Take(ref bytes, (target.Area.Width * bits + 7) / 8);
            var pixels = target.Row(y);
            var x = 0;
            foreach (int indexes in row)
            {
                for (var shift = 8 - bits; shift >= 0 && x < pixels.Length; shift -= bits)
                    pixels[x++] = palette[indexes >> shift & mask];
            }
            if (colours <= mask && pixels.Contains(0u))
                throw OutsidePalette(colours);
        }
    }

    private static void ReadRuns(ref ReadOnlySpan<byte> bytes, PixelDecoder decoder, Span<uint> tile)
    {
        while (tile.Length > 0)
        {
            var colour = decoder.Decode(Take(ref bytes, decoder.Size));
            var length = ReadRunLength(ref bytes, tile.Length);
            FillRun(tile[..length], colour);
            tile = tile[length..];
        }
    }

    private void ReadPaletteRuns(ref ReadOnlySpan<byte> bytes, int colours, Span<uint> tile)
    {
        var i = 0;
        var at = 0;
        while (i < tile.Length)
        {
            if (at >= bytes.Length)
                throw Short();
            var index = bytes[at++];
            if ((index & 127) >= colours)
                throw OutsidePalette(colours);
            var colour = _palette[index & 127];
            if (index < 128)
            {
                tile[i++] = colour;
                continue;
            }
            var rest = bytes[at..];
            var length = ReadRunLength(ref rest, tile.Length - i);
            at = bytes.Length - rest.Length;
            FillRun(tile.Slice(i, length), colour);
            i += length;
        }
        bytes = bytes[at..];
    }

    /// <summary>Most runs are a few pixels: a call for each would cost more than they do.</summary>
    private static void FillRun(Span<uint> run, uint colour)
    {
        if (run.Length > ShortRun)
        {
            run.Fill(colour);
            return;
        }
        for (var i = 0; i < run.Length; i++)
            run[i] = colour;
    }

    private static int ReadRunLength(ref ReadOnlySpan<byte> bytes, int max)
    {
        var length = 1;
        byte part;
        do
        {
            part = Take(ref bytes, 1)[0];
            length += part;
            if (length > max)
                throw RfbException.Violation("A ZRLE run leaves its tile.");
        }
        while (part == 255);
        return length;
    }

    private static RfbException OutsidePalette(int colours) => RfbException.Violation($"A ZRLE pixel has an index beyond its palette of {colours}.");
}
