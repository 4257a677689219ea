using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace LibvirtSharp.Xdr;

/// <summary>Writes one message as XDR (RFC 4506) into a buffer of its own that is used again. A value the protocol cannot hold is an <see cref="ArgumentException"/>.</summary>
internal sealed class XdrWriter
{
    private byte[] _buffer = new byte[512];
    private int _length;

    /// <summary>The program and procedure the message is for.</summary>
    public uint Program { get; private set; }

    public int Procedure { get; private set; }

    public int Length => _length;

    public Span<byte> Written => _buffer.AsSpan(0, _length);

    public int Capacity => _buffer.Length;

    /// <summary>Starts a message and leaves <paramref name="reserved"/> bytes for its header.</summary>
    public void Reset(uint program, int procedure, int reserved)
    {
        Program = program;
        Procedure = procedure;
        _length = reserved;
    }

    public void Int(int value) => BinaryPrimitives.WriteInt32BigEndian(Grow(4), value);

    public void UInt(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Grow(4), value);

    public void Hyper(long value) => BinaryPrimitives.WriteInt64BigEndian(Grow(8), value);

    public void UHyper(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Grow(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleBigEndian(Grow(8), value);

    public void Char(sbyte value) => Int(value);

    public void UChar(byte value) => UInt(value);

    public void UShort(ushort value) => UInt(value);

    public void Uuid(Guid value) => value.TryWriteBytes(Grow(16), bigEndian: true, out _);

    public void Optional(bool present) => UInt(present ? 1u : 0u);

    public void Count(int count, int max, [CallerArgumentExpression(nameof(count))] string? what = null)
    {
        if ((uint)count > (uint)max)
            throw new ArgumentException($"{Named(what)}: {count} elements or bytes are over the protocol's limit of {max}.");
        UInt((uint)count);
    }

    public void String(string value, int max, [CallerArgumentExpression(nameof(value))] string? what = null)
    {
        if (value is null)
            throw new ArgumentNullException(Named(what));
        int length = Utf8.Length(value, Named(what));
        Count(length, max, what);
        Utf8.Write(value, Grow(length));
        Pad(length);
    }

    public void Opaque(ReadOnlySpan<byte> value, int max, [CallerArgumentExpression(nameof(value))] string? what = null)
    {
        Count(value.Length, max, what);
        FixedOpaque(value, value.Length);
    }

    public void FixedOpaque(ReadOnlySpan<byte> value, int length)
    {
        if (value.Length != length)
            throw new ArgumentException($"{value.Length} bytes are given where the protocol has {length}.");
        Raw(value);
        Pad(length);
    }

    /// <summary>A counted array of characters, each in four bytes.</summary>
    public void Chars(ReadOnlySpan<byte> value, int max)
    {
        Count(value.Length, max);
        foreach (byte character in value)
            Int(unchecked((sbyte)character));
    }

    /// <summary>Bytes as they are, without length or padding.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    private void Pad(int length) => Grow(-length & 3).Clear();

    private Span<byte> Grow(int count)
    {
        if (_length + count > _buffer.Length)
        {
            if (_length + (long)count > Rpc.MessageHeader.MaxLength)
                throw new ArgumentException($"The message is over the protocol's limit of {Rpc.MessageHeader.MaxLength} bytes.");
            System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
        Span<byte> span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    /// <summary>The argument or field as its caller's source has it, without what only the compiler wants.</summary>
    private static string? Named(string? expression) => expression?.TrimStart('@').Replace(".Length", "", StringComparison.Ordinal);
}
