namespace LimiQuantix.Rfb.Imaging;

/// <summary>One Huffman table of a JPEG picture (ITU-T T.81, annex C and F.2.2.3).</summary>
internal sealed class JpegHuffman
{
    private const int LookAhead = 9;

    // For each beginning of a code: the code's length above, its symbol below; 0 where the code is longer.
    private readonly ushort[] _short = new ushort[1 << LookAhead];
    private readonly int[] _maxCode = new int[18];
    private readonly int[] _offset = new int[17];
    private byte[] _symbols = [];

    /// <summary>Takes the sixteen counts and the symbols of a DHT segment.</summary>
    public void Set(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        Array.Clear(_short);
        var (code, index) = (0, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            _offset[length] = index - code;
            for (var i = 0; i < counts[length - 1]; i++, code++, index++)
            {
                if (length > LookAhead)
                    continue;
                var entries = _short.AsSpan();
                var first = code << (LookAhead - length);
                if (first + (1 << (LookAhead - length)) > entries.Length)
                    throw RfbException.Violation("A JPEG picture has a Huffman table with too many codes.");
                entries.Slice(first, 1 << (LookAhead - length)).Fill((ushort)(length << 8 | _symbols[index]));
            }
            if (code > 1 << length)
                throw RfbException.Violation("A JPEG picture has a Huffman table with too many codes.");
            _maxCode[length] = counts[length - 1] == 0 ? -1 : code - 1;
        }
    }

    public int Decode(ref JpegBits bits)
    {
        var peeked = bits.Peek(16);
        var entry = _short[peeked >> (16 - LookAhead)];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xFF;
        }
        for (var length = LookAhead + 1; length <= 16; length++)
        {
            var code = peeked >> (16 - length);
            if (code > _maxCode[length])
                continue;
            bits.Skip(length);
            var index = code + _offset[length];
            return (uint)index < (uint)_symbols.Length ? _symbols[index] : throw Unknown();
        }
        throw Unknown();
    }

    private static RfbException Unknown() => RfbException.Violation("A JPEG picture has a code that its table has not.");
}

/// <summary>The bits of a JPEG scan: a zero behind each 0xFF is left out, and at a marker they end (ITU-T T.81, B.1.1.5).</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;
    private ulong _bits;
    private int _count;
    private int _padding;

    /// <summary>The next bits, from 1 to 16, without taking them; zeros beyond the end.</summary>
    public int Peek(int count)
    {
        if (_count < count)
            Fill();
        return (int)(_bits >> (_count - count)) & (1 << count) - 1;
    }

    public void Skip(int count) => _count -= count;

    /// <summary>A signed number of so many bits (ITU-T T.81, F.2.2.1).</summary>
    public int Receive(int count)
    {
        if (count == 0)
            return 0;
        var value = Peek(count);
        _count -= count;
        return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
    }

    /// <summary>Whether more was taken than there was.</summary>
    public readonly bool IsOverrun => _count < _padding;

    /// <summary>Goes on behind a restart marker.</summary>
    public void Restart()
    {
        (_bits, _count, _padding) = (0, 0, 0);
        if (_at + 1 >= _data.Length || _data[_at] != 0xFF || _data[_at + 1] is < 0xD0 or > 0xD7)
            throw RfbException.Violation("A JPEG picture lacks a restart marker.");
        _at += 2;
    }

    private void Fill()
    {
        while (_count <= 48)
        {
            byte next = 0;
            if (_at < _data.Length && (_data[_at] != 0xFF || _at + 1 < _data.Length && _data[_at + 1] == 0))
            {
                next = _data[_at];
                _at += next == 0xFF ? 2 : 1;
            }
            else
            {
                _padding += 8;
            }
            _bits = _bits << 8 | next;
            _count += 8;
        }
    }
}
