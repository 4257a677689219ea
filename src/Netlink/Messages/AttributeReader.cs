using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Netlink.Messages;

/// <summary>
/// Goes through attributes (struct nlattr of linux/netlink.h): a length, a type and a value, aligned to four bytes. Values are bounded by
/// what is there; one that is shorter than its type is an error.
/// </summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int HeaderSize = 4;
    private const ushort TypeMask = 0x3FFF; // NLA_TYPE_MASK
    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>The attributes behind a family's fixed header.</summary>
    /// <exception cref="NetlinkException">The message is shorter than that header.</exception>
    public static AttributeReader After(int headerSize, ReadOnlySpan<byte> payload) =>
        payload.Length >= headerSize
            ? new AttributeReader(payload[Math.Min(MessageHeader.Align(headerSize), payload.Length)..])
            : throw NetlinkException.Protocol($"A message has {payload.Length} bytes, fewer than the {headerSize} of its header.");

    /// <summary>The type of the attribute that was read last, without the flags for nested and for network order.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <exception cref="NetlinkException">The rest is no attribute.</exception>
    public bool Read()
    {
        // Some nests end with fewer bytes than a header: the kernel's own parser leaves them as well.
        if (_rest.Length < HeaderSize)
            return false;
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderSize || length > _rest.Length)
            throw NetlinkException.Protocol($"An attribute says that it is {length} bytes long, where {_rest.Length} are left.");
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[HeaderSize..length];
        _rest = _rest[Math.Min(MessageHeader.Align(length), _rest.Length)..];
        return true;
    }

    public readonly AttributeReader Nested => new(Value);

    public readonly byte Byte => Fixed(1)[0];

    public readonly bool Bool => Byte != 0;

    public readonly ushort UInt16 => MemoryMarshal.Read<ushort>(Fixed(2));

    public readonly ushort UInt16BigEndian => BinaryPrimitives.ReadUInt16BigEndian(Fixed(2));

    public readonly uint UInt32 => MemoryMarshal.Read<uint>(Fixed(4));

    public readonly int Int32 => MemoryMarshal.Read<int>(Fixed(4));

    public readonly ulong UInt64 => MemoryMarshal.Read<ulong>(Fixed(8));

    /// <summary>A string that ends with the value or at its first NUL.</summary>
    public readonly string String
    {
        get
        {
            int end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    /// <summary>An IPv4 or IPv6 address, by its length.</summary>
    public readonly IPAddress Address => Value.Length is 4 or 16
        ? new IPAddress(Value)
        : throw NetlinkException.Protocol($"Attribute {Type} is {Value.Length} bytes long; an address has 4 or 16.");

    /// <summary>A hardware address of Ethernet's length, or null for another kind.</summary>
    public readonly MacAddress? Mac => Value.Length == MacAddress.Size ? new MacAddress(Value) : null;

    /// <summary>The first bytes of a structure, which newer kernels may have made longer.</summary>
    public readonly ReadOnlySpan<byte> Fixed(int size) => Value.Length >= size
        ? Value[..size]
        : throw NetlinkException.Protocol($"Attribute {Type} is {Value.Length} bytes long, shorter than its {size}.");
}
