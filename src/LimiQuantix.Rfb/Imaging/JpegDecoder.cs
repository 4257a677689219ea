using System.Buffers.Binary;

namespace LimiQuantix.Rfb.Imaging;

/// <summary>
/// Reads JPEG pictures of the kind that VNC servers send: baseline or extended sequential, eight bits, Huffman coded, one scan
/// (ITU-T T.81). Its memory is bounded by the rectangle that the picture must fill; a picture of another size is refused.
/// </summary>
internal sealed class JpegDecoder
{
    private static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private readonly int[][] _quantisation = [new int[64], new int[64], new int[64], new int[64]];
    private readonly JpegHuffman?[] _dc = new JpegHuffman?[4];
    private readonly JpegHuffman?[] _ac = new JpegHuffman?[4];
    private readonly JpegComponent[] _components = [new(), new(), new()];
    private readonly int[] _block = new int[64];
    private byte[][] _rows = [[], [], []];
    private int _count;
    private int _restart;
    private int _adobe;

    /// <summary>Reads a picture into an area of exactly its size.</summary>
    public void Decode(ReadOnlySpan<byte> data, Framebuffer framebuffer, RfbRectangle area)
    {
        // Tables stay from picture to picture: a server may leave them out.
        (_count, _restart, _adobe) = (0, 0, -1);
        if (data.Length < 4 || data[0] != 0xFF || data[1] != 0xD8)
            throw Bad("does not begin as one");
        for (var rest = data[2..]; ;)
        {
            while (rest.Length > 1 && rest[0] == 0xFF && rest[1] == 0xFF)
                rest = rest[1..];
            if (rest.Length < 4 || rest[0] != 0xFF)
                throw Bad("ends before its scan");
            var (marker, length) = (rest[1], BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
            if (length < 2 || length > rest.Length - 2)
                throw Bad("has a segment longer than itself");
            var segment = rest.Slice(4, length - 2);
            rest = rest[(length + 2)..];
            if (marker == 0xDA)
            {
                ReadScanHeader(segment);
                DecodeScan(rest, area);
                Store(framebuffer, area);
                return;
            }
            ReadSegment(marker, segment, area);
        }
    }

    private static RfbException Bad(string what) => RfbException.Violation($"A JPEG picture {what}.");

    private void ReadSegment(byte marker, ReadOnlySpan<byte> segment, RfbRectangle area)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1:
                ReadFrame(segment, area);
                break;
            case 0xC4:
                ReadHuffmanTables(segment);
                break;
            case 0xDB:
                ReadQuantisationTables(segment);
                break;
            case 0xDD when segment.Length >= 2:
                _restart = BinaryPrimitives.ReadUInt16BigEndian(segment);
                break;
            case 0xEE when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                _adobe = segment[11];
                break;
            case >= 0xE0 or 0xFE:
                break;
            case >= 0xC2 and <= 0xCF:
                throw new RfbException(RfbErrorCode.UnsupportedEncoding, $"A JPEG picture is of the kind {marker & 15}; this client reads the sequential kinds 0 and 1.");
            default:
                throw Bad($"has a segment {marker:X2} that has no place there");
        }
    }

    private void ReadFrame(ReadOnlySpan<byte> segment, RfbRectangle area)
    {
        if (_count != 0 || segment.Length < 6 || segment[0] != 8 || segment[5] is not (1 or 3) || segment.Length < 6 + 3 * segment[5])
            throw Bad("has a frame of another kind than eight bits in one or three components");
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        if (width != area.Width || height != area.Height)
            throw Bad($"of {width} by {height} comes in a rectangle of {area.Width} by {area.Height}");
        _count = segment[5];
        for (var i = 0; i < _count; i++)
        {
            var part = segment[(6 + 3 * i)..];
            var component = _components[i];
            (component.Id, component.Horizontal, component.Vertical, component.Quantisation) = (part[0], part[1] >> 4, part[1] & 15, part[2]);
            // A single component's factors mean nothing (A.2.2).
            if (_count == 1)
                (component.Horizontal, component.Vertical) = (1, 1);
            if (component.Horizontal is not (1 or 2 or 4) || component.Vertical is not (1 or 2 or 4) || component.Quantisation > 3)
                throw Bad("has sampling factors or tables that this client does not read");
        }
    }

    private void ReadHuffmanTables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var total = 0;
            for (var i = 1; i < 17 && segment.Length >= 17; i++)
                total += segment[i];
            if (segment.Length < 17 + total || total > 256 || (segment[0] & 15) > 3 || segment[0] >> 4 > 1)
                throw Bad("has a Huffman table that is none");
            var table = (segment[0] >> 4 == 0 ? _dc : _ac)[segment[0] & 15] ??= new JpegHuffman();
            table.Set(segment.Slice(1, 16), segment.Slice(17, total));
            segment = segment[(17 + total)..];
        }
    }

    private void ReadQuantisationTables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (wide, index) = (segment[0] >> 4 != 0, segment[0] & 15);
            var length = wide ? 129 : 65;
            if (index > 3 || segment.Length < length)
                throw Bad("has a quantisation table that is none");
            for (var i = 0; i < 64; i++)
                _quantisation[index][i] = wide ? BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + 2 * i)..]) : segment[1 + i];
            segment = segment[length..];
        }
    }

    private void ReadScanHeader(ReadOnlySpan<byte> segment)
    {
        if (_count == 0 || segment.Length < 4 + 2 * _count || segment[0] != _count)
            throw Bad("does not have all its components in one scan");
        for (var i = 0; i < _count; i++)
        {
            var (id, tables) = (segment[1 + 2 * i], segment[2 + 2 * i]);
            if (_components[i].Id != id || tables >> 4 > 3 || (tables & 15) > 3)
                throw Bad("has a scan that does not fit its frame");
            _components[i].Dc = _dc[tables >> 4] ?? throw Bad("lacks a Huffman table");
            _components[i].Ac = _ac[tables & 15] ?? throw Bad("lacks a Huffman table");
        }
    }

    private void DecodeScan(ReadOnlySpan<byte> data, RfbRectangle area)
    {
        var components = _components.AsSpan(0, _count);
        var (maxHorizontal, maxVertical) = MaxFactors();
        foreach (var component in components)
        {
            if (maxHorizontal % component.Horizontal != 0 || maxVertical % component.Vertical != 0)
                throw Bad("has sampling factors that this client does not read");
        }
        var columns = (area.Width + 8 * maxHorizontal - 1) / (8 * maxHorizontal);
        var rows = (area.Height + 8 * maxVertical - 1) / (8 * maxVertical);
        foreach (var component in components)
            component.Allocate(area.Width, area.Height, maxHorizontal, maxVertical, columns, rows);

        var bits = new JpegBits(data);
        var untilRestart = _restart;
        for (var unit = 0; unit < columns * rows; unit++)
        {
            if (_restart > 0 && untilRestart-- == 0)
            {
                bits.Restart();
                untilRestart = _restart - 1;
                foreach (var component in components)
                    component.Prediction = 0;
            }
            var (column, row) = (unit % columns, unit / columns);
            foreach (var component in components)
            {
                for (var y = 0; y < component.Vertical; y++)
                {
                    for (var x = 0; x < component.Horizontal; x++)
                        DecodeBlock(ref bits, component, 8 * (column * component.Horizontal + x), 8 * (row * component.Vertical + y));
                }
            }
            if (bits.IsOverrun)
                throw Bad("ends in the midst of its scan");
        }
    }

    private void DecodeBlock(ref JpegBits bits, JpegComponent component, int x, int y)
    {
        var (block, quantisation, ac) = (_block, _quantisation[component.Quantisation], component.Ac!);
        Array.Clear(block);
        var size = component.Dc!.Decode(ref bits);
        if (size > 11)
            throw Bad("has a coefficient out of range");
        component.Prediction += bits.Receive(size);
        block[0] = component.Prediction * quantisation[0];
        for (var i = 1; i < 64; i++)
        {
            var symbol = ac.Decode(ref bits);
            if ((symbol & 15) == 0)
            {
                if (symbol != 0xF0)
                    break;
                i += 15;
                continue;
            }
            i += symbol >> 4;
            if (i > 63)
                throw Bad("has more coefficients than a block holds");
            block[ZigZag[i]] = bits.Receive(symbol & 15) * quantisation[i];
        }
        JpegTransform.Inverse(block, component.Samples.AsSpan(y * component.Stride + x), component.Stride);
    }

    private void Store(Framebuffer framebuffer, RfbRectangle area)
    {
        var (maxHorizontal, maxVertical) = MaxFactors();
        // One pixel of brightness a sample, and whether three components are colours already.
        var isRgb = _adobe == 0 || _adobe < 0 && (_components[0].Id, _components[1].Id, _components[2].Id) == ('R', 'G', 'B');
        for (var i = 0; i < _count; i++)
        {
            if (_rows[i].Length < area.Width + 8)
                _rows[i] = new byte[area.Width + 8];
        }
        for (var y = 0; y < area.Height; y++)
        {
            var pixels = framebuffer.Row(area.X, area.Y + y, area.Width);
            var first = _components[0].Row(y, maxHorizontal, maxVertical, _rows[0]);
            if (_count == 1)
                JpegColours.FromGrey(first, pixels);
            else if (isRgb)
                JpegColours.FromRgb(first, _components[1].Row(y, maxHorizontal, maxVertical, _rows[1]), _components[2].Row(y, maxHorizontal, maxVertical, _rows[2]), pixels);
            else
                JpegColours.FromYcc(first, _components[1].Row(y, maxHorizontal, maxVertical, _rows[1]), _components[2].Row(y, maxHorizontal, maxVertical, _rows[2]), pixels);
        }
    }

    private (int Horizontal, int Vertical) MaxFactors()
    {
        var (horizontal, vertical) = (1, 1);
        foreach (var component in _components.AsSpan(0, _count))
            (horizontal, vertical) = (Math.Max(horizontal, component.Horizontal), Math.Max(vertical, component.Vertical));
        return (horizontal, vertical);
    }
}
