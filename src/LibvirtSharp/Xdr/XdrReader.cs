using System.Buffers.Binary;
using System.Text;

namespace LibvirtSharp.Xdr;

/// <summary>Reads XDR (RFC 4506) from a buffer. Bounded by the buffer and by each field's own limit; throws only <see cref="XdrException"/>.</summary>
internal ref struct XdrReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint UInt() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public long Hyper() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ulong UHyper() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public sbyte Char() => unchecked((sbyte)Int());

    public byte UChar() => unchecked((byte)UInt());

    public ushort UShort() => unchecked((ushort)UInt());

    public Guid Uuid() => new(Take(16), bigEndian: true);

    public bool Optional() => UInt() switch
    {
        0 => false,
        1 => true,
        uint other => throw new XdrException($"An optional value is announced with {other} instead of 0 or 1."),
    };

    /// <summary>A string; bytes that are not UTF-8 become U+FFFD, as libvirt does not promise an encoding.</summary>
    public string String(int max)
    {
        int length = Length(max, 1);
        string text = length == 0 ? "" : Utf8.GetString(Take(length));
        Skip(length);
        return text;
    }

    public byte[] Opaque(int max)
    {
        int length = Length(max, 1);
        byte[] value = length == 0 ? [] : Take(length).ToArray();
        Skip(length);
        return value;
    }

    public byte[] FixedOpaque(int length)
    {
        byte[] value = Take(length).ToArray();
        Skip(length);
        return value;
    }

    /// <summary>A counted array of characters, each in four bytes.</summary>
    public byte[] Chars(int max) => FixedChars(Length(max, 4));

    public byte[] FixedChars(int length)
    {
        ReadOnlySpan<byte> words = Take(length * 4);
        byte[] value = new byte[length];
        for (int i = 0; i < length; i++)
            value[i] = words[i * 4 + 3];
        return value;
    }

    /// <summary>A counted array. The count is held against <paramref name="max"/> and the bytes that are there before anything is allocated.</summary>
    public T[] Array<T>(int max, int leastElementSize, XdrRead<T> read)
    {
        int count = Length(max, leastElementSize);
        if (count == 0)
            return [];
        var values = new T[count];
        for (int i = 0; i < count; i++)
            values[i] = read(ref this);
        return values;
    }

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly void End()
    {
        if (_rest.Length != 0)
            throw new XdrException($"{_rest.Length} bytes are left after the last field.");
    }

    private int Length(int max, int leastElementSize)
    {
        uint length = UInt();
        if (length > (uint)max)
            throw new XdrException($"A length of {length} is over its limit of {max}.");
        if ((long)length * leastElementSize > _rest.Length)
            throw new XdrException($"A length of {length} is announced where {_rest.Length} bytes are left.");
        return (int)length;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)_rest.Length)
            throw new XdrException($"{length} bytes are wanted where {_rest.Length} are left.");
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>Skips the padding to a multiple of four.</summary>
    private void Skip(int length) => Take(-length & 3);
}
