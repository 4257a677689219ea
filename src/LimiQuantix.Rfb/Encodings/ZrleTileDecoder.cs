using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb.Encodings;

/// <summary>Reads one inflated ZRLE tile of at most 64 by 64 pixels (RFC 6143 §7.7.6, "subencoding").</summary>
internal sealed class ZrleTileDecoder(RfbInflater input)
{
    private const int MaxTilePixels = 64 * 64;

    private readonly uint[] _pixels = new uint[MaxTilePixels];
    private readonly uint[] _palette = new uint[128];
    private readonly byte[] _bytes = new byte[MaxTilePixels * 4];

    /// <summary>The tile's pixels, row after row; valid until the next call.</summary>
    public ReadOnlySpan<uint> Decode(PixelDecoder decoder, int width, int height)
    {
        var tile = _pixels.AsSpan(0, width * height);
        var type = input.ReadByte();
        switch (type)
        {
            case 0:
                ReadPixels(decoder, tile);
                break;
            case 1:
                tile.Fill(ReadPixel(decoder));
                break;
            case <= 16:
                ReadPixels(decoder, _palette.AsSpan(0, type));
                UnpackIndexes(type, width, tile);
                break;
            case 128:
                ReadRuns(decoder, tile);
                break;
            case >= 130:
                ReadPixels(decoder, _palette.AsSpan(0, type - 128));
                ReadPaletteRuns(type - 128, tile);
                break;
            default:
                throw RfbException.Violation($"ZRLE has no tile type {type}.");
        }
        return tile;
    }

    private uint ReadPixel(PixelDecoder decoder)
    {
        Span<byte> pixel = stackalloc byte[4];
        input.ReadExactly(pixel[..decoder.Size]);
        return decoder.Decode(pixel[..decoder.Size]);
    }

    private void ReadPixels(PixelDecoder decoder, Span<uint> destination)
    {
        var bytes = _bytes.AsSpan(0, destination.Length * decoder.Size);
        input.ReadExactly(bytes);
        decoder.Decode(bytes, destination);
    }

    /// <summary>Indexes of 1, 2 or 4 bits, highest first; each row begins a new byte.</summary>
    private void UnpackIndexes(int colours, int width, Span<uint> tile)
    {
        var bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
        var row = _bytes.AsSpan(0, (width * bits + 7) / 8);
        for (; tile.Length > 0; tile = tile[width..])
        {
            input.ReadExactly(row);
            for (var x = 0; x < width; x++)
            {
                var shift = 8 - bits - x * bits % 8;
                tile[x] = Colour(row[x * bits / 8] >> shift & (1 << bits) - 1, colours);
            }
        }
    }

    private void ReadRuns(PixelDecoder decoder, Span<uint> tile)
    {
        while (tile.Length > 0)
        {
            var colour = ReadPixel(decoder);
            var length = ReadRunLength(tile.Length);
            tile[..length].Fill(colour);
            tile = tile[length..];
        }
    }

    private void ReadPaletteRuns(int colours, Span<uint> tile)
    {
        while (tile.Length > 0)
        {
            var index = input.ReadByte();
            var length = index >= 128 ? ReadRunLength(tile.Length) : 1;
            tile[..length].Fill(Colour(index & 127, colours));
            tile = tile[length..];
        }
    }

    private int ReadRunLength(int max)
    {
        var length = 1;
        byte part;
        do
        {
            part = input.ReadByte();
            length += part;
            if (length > max)
                throw RfbException.Violation("A ZRLE run leaves its tile.");
        }
        while (part == 255);
        return length;
    }

    private uint Colour(int index, int colours) =>
        index < colours ? _palette[index] : throw RfbException.Violation($"A ZRLE pixel has index {index} in a palette of {colours}.");
}
