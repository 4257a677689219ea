using System.Buffers.Binary;

namespace LimiQuantix.Rfb.Imaging;

/// <summary>A PNG file taken apart: its header, palette and compressed data (PNG specification, 5 and 11).</summary>
internal sealed class PngChunks
{
    private const int Grey = 0;
    private const int Rgb = 2;
    private const int Indexed = 3;
    private const int GreyAlpha = 4;
    private const int RgbAlpha = 6;

    private readonly uint[] _palette = new uint[256];
    private int _colours;
    private int _bits;
    private int _kind;

    public PngChunks(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']))
            throw Bad("does not begin as one");
        // The compressed data are at most the file.
        Data = new byte[file.Length];
        for (var rest = file[8..]; ;)
        {
            if (rest.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 12)
                throw Bad("ends before its last chunk");
            var type = rest.Slice(4, 4);
            var data = rest.Slice(8, (int)length);
            if (Crc32.Compute(type, data) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
                throw Bad("has a chunk with a wrong checksum");
            rest = rest[(12 + (int)length)..];
            if (Width == 0 && !type.SequenceEqual("IHDR"u8))
                throw Bad("does not begin with its header");
            if (type.SequenceEqual("IEND"u8))
                break;
            Read(type, data);
        }
        if (DataLength == 0)
            throw Bad("has no data");
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public byte[] Data { get; }

    public int DataLength { get; private set; }

    /// <summary>Bytes of a row, without its filter.</summary>
    public int RowLength => (int)(((long)Width * _bits * Samples + 7) / 8);

    /// <summary>Bytes from a sample to the same of the pixel to its right, at least one.</summary>
    public int PixelLength => Math.Max(1, _bits * Samples / 8);

    private int Samples => _kind switch { Rgb => 3, RgbAlpha => 4, GreyAlpha => 2, _ => 1 };

    public void ToPixels(ReadOnlySpan<byte> row, Span<uint> pixels)
    {
        for (var x = 0; x < pixels.Length; x++)
        {
            pixels[x] = Framebuffer.Black | _kind switch
            {
                Rgb => (uint)(row[3 * x] << 16 | row[3 * x + 1] << 8 | row[3 * x + 2]),
                RgbAlpha => (uint)(row[4 * x] << 16 | row[4 * x + 1] << 8 | row[4 * x + 2]),
                GreyAlpha => row[2 * x] * 0x010101u,
                Grey => Sample(row, x) * 255u / ((1u << _bits) - 1) * 0x010101u,
                _ => Sample(row, x) is var index && index < _colours ? _palette[index] : throw Bad("has a pixel beyond its palette"),
            };
        }
    }

    private static RfbException Bad(string what) => RfbException.Violation($"A PNG picture {what}.");

    private uint Sample(ReadOnlySpan<byte> row, int x) => (uint)(row[x * _bits / 8] >> (8 - _bits - x * _bits % 8) & (1 << _bits) - 1);

    private void Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("IHDR"u8))
            ReadHeader(data);
        else if (type.SequenceEqual("PLTE"u8))
            ReadPalette(data);
        else if (type.SequenceEqual("IDAT"u8))
        {
            data.CopyTo(Data.AsSpan(DataLength));
            DataLength += data.Length;
        }
        else if ((type[0] & 0x20) == 0)
            throw new RfbException(RfbErrorCode.UnsupportedEncoding, "A PNG picture has a necessary chunk that this reader does not know.");
    }

    private void ReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13 || Width != 0)
            throw Bad("has a header that is none");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        if (width is 0 or > ushort.MaxValue || height is 0 or > ushort.MaxValue)
            throw RfbException.Limit($"A PNG picture of {width} by {height} is larger than any desktop.");
        (Width, Height, _bits, _kind) = ((int)width, (int)height, data[8], data[9]);
        var isKnown = _kind switch { Grey or Indexed => _bits is 1 or 2 or 4 or 8, Rgb or GreyAlpha or RgbAlpha => _bits == 8, _ => false };
        if (!isKnown || data[10] != 0 || data[11] != 0 || data[12] != 0)
            throw new RfbException(RfbErrorCode.UnsupportedEncoding, $"A PNG picture of kind {_kind} with {_bits} bits a sample, or interlaced, is not read here.");
    }

    private void ReadPalette(ReadOnlySpan<byte> data)
    {
        if (data.Length % 3 != 0 || data.Length > 768)
            throw Bad("has a palette that is none");
        _colours = data.Length / 3;
        for (var i = 0; i < _colours; i++)
            _palette[i] = (uint)(data[3 * i] << 16 | data[3 * i + 1] << 8 | data[3 * i + 2]);
    }
}
