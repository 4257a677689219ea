using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Netlink.Messages;

namespace Netlink;

/// <summary>
/// A message to the kernel: a type (RTM_* of linux/rtnetlink.h), flags, the fixed header of its family and attributes. The typed operations
/// make theirs; with this class any other is made as well. Once it is complete it may be sent by many at once, and again.
/// </summary>
/// <remarks>Integers are written in the host's byte order, as the kernel wants them, unless a method's name says otherwise.</remarks>
public sealed class NetlinkRequest
{
    private const int AttributeHeaderSize = 4;
    private const ushort NestedFlag = 0x8000; // NLA_F_NESTED
    private readonly List<AttributeMark> _marks = [];
    private readonly Stack<int> _nests = new();
    private byte[] _buffer = new byte[256];
    private List<Reference>? _references;

    /// <summary>A request without a header or attributes yet.</summary>
    /// <param name="type">The message's type, such as 16 for RTM_NEWLINK.</param>
    /// <param name="flags">What it wants.</param>
    /// <param name="name">How an error calls it, for instance <c>RTM_NEWLINK vxlan vx100</c>.</param>
    public NetlinkRequest(ushort type, NetlinkRequestFlags flags, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Type = type;
        Flags = flags;
        Name = name;
        Length = MessageHeader.Size;
    }

    /// <summary>The message's type.</summary>
    public ushort Type { get; }

    /// <summary>What it wants.</summary>
    public NetlinkRequestFlags Flags { get; }

    /// <summary>How an error calls it.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes, so far.</summary>
    public int Length { get; private set; }

    /// <summary>What the kernel lacks when it does not know what this asks for, and how a kernel is built to have it; null when nothing is known.</summary>
    internal string? Feature { get; init; }

    internal ReadOnlySpan<byte> Message => _buffer.AsSpan(0, Length);

    internal IReadOnlyList<Reference> References => (IReadOnlyList<Reference>?)_references ?? [];

    /// <summary>Adds the fixed header of the family, such as struct ifinfomsg. Before any attribute.</summary>
    public NetlinkRequest AddHeader<T>(in T header)
        where T : unmanaged
    {
        MemoryMarshal.Write(Grow(MessageHeader.Align(Unsafe.SizeOf<T>())), header);
        return this;
    }

    /// <summary>Adds an attribute of one byte.</summary>
    /// <param name="type">Its number.</param>
    /// <param name="value">Its value.</param>
    /// <param name="name">How an error calls it: by default, as the caller's code does.</param>
    public NetlinkRequest AddByte(ushort type, byte value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        Attribute(type, 1, name)[0] = value;
        return this;
    }

    /// <summary>Adds an attribute of two bytes.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddUInt16(ushort type, ushort value, [CallerArgumentExpression(nameof(type))] string? name = null) => AddValue(type, value, name);

    /// <summary>Adds an attribute of two bytes in network order.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddUInt16BigEndian(ushort type, ushort value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Attribute(type, 2, name), value);
        return this;
    }

    /// <summary>Adds an attribute of four bytes.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddUInt32(ushort type, uint value, [CallerArgumentExpression(nameof(type))] string? name = null) => AddValue(type, value, name);

    /// <summary>Adds an attribute of eight bytes.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddUInt64(ushort type, ulong value, [CallerArgumentExpression(nameof(type))] string? name = null) => AddValue(type, value, name);

    /// <summary>Adds an attribute whose value is a structure, in its layout in memory.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddValue<T>(ushort type, in T value, [CallerArgumentExpression(nameof(type))] string? name = null)
        where T : unmanaged
    {
        MemoryMarshal.Write(Attribute(type, Unsafe.SizeOf<T>(), name), value);
        return this;
    }

    /// <summary>Adds an attribute of any bytes; none of them for a flag.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddBytes(ushort type, ReadOnlySpan<byte> value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        value.CopyTo(Attribute(type, value.Length, name));
        return this;
    }

    /// <summary>Adds a string in UTF-8 with the NUL that ends it.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddString(ushort type, string value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        Encoding.UTF8.GetBytes(value, Attribute(type, Encoding.UTF8.GetByteCount(value) + 1, name));
        return this;
    }

    /// <summary>Adds an IPv4 or IPv6 address.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddAddress(ushort type, IPAddress value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return AddBytes(type, value.GetAddressBytes(), name);
    }

    /// <summary>Adds a hardware address.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddMac(ushort type, MacAddress value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        value.CopyTo(Attribute(type, MacAddress.Size, name));
        return this;
    }

    /// <summary>Adds a link's index, which is looked up when the request is sent where the link is given by its name.</summary>
    /// <inheritdoc cref="AddByte" path="/param"/>
    public NetlinkRequest AddLink(ushort type, LinkId value, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        Span<byte> place = Attribute(type, 4, name);
        int offset = Length - 4;
        MemoryMarshal.Write(place, value.Index);
        ReferTo(value, offset);
        return this;
    }

    /// <summary>Begins a nested attribute, which <see cref="EndNest"/> ends.</summary>
    public NetlinkRequest BeginNest(ushort type, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        int at = Length;
        Attribute((ushort)(type | NestedFlag), 0, name);
        _nests.Push(at);
        return this;
    }

    /// <summary>Ends the nested attribute that was begun last.</summary>
    /// <exception cref="InvalidOperationException">None was begun, or it has become longer than the 65,535 bytes of an attribute.</exception>
    public NetlinkRequest EndNest()
    {
        if (!_nests.TryPop(out int at))
            throw new InvalidOperationException("No nested attribute was begun.");
        int length = Length - at;
        if (length > ushort.MaxValue)
            throw new InvalidOperationException($"A nested attribute of {length} bytes is longer than the 65535 that one may have.");
        MemoryMarshal.Write(_buffer.AsSpan(at), (ushort)length);
        return this;
    }

    /// <summary>Begins a next hop of a route (struct rtnexthop of linux/rtnetlink.h), which <see cref="EndNest"/> ends: its length is at the same place.</summary>
    internal NetlinkRequest BeginHop(byte flags, byte hops, LinkId link)
    {
        int at = Length;
        Span<byte> place = Grow(8);
        place[2] = flags;
        place[3] = hops;
        MemoryMarshal.Write(place[4..], link.Index);
        _nests.Push(at);
        return ReferTo(link, at + 4);
    }

    /// <summary>Adds a byte of 0 or 1, or nothing.</summary>
    internal NetlinkRequest AddOptional(ushort type, bool? value, [CallerArgumentExpression(nameof(type))] string? name = null) =>
        value is { } given ? AddByte(type, given ? (byte)1 : (byte)0, name) : this;

    /// <summary>Has the index of a link written at an offset of the message when it is sent, if the link is given by its name.</summary>
    internal NetlinkRequest ReferTo(LinkId link, int offset)
    {
        if (link.Name is not null)
            (_references ??= []).Add(new Reference(offset, link.Name, null));
        return this;
    }

    /// <summary>Adds an attribute that holds a descriptor's number, which stays open until the request has been sent.</summary>
    internal NetlinkRequest AddDescriptor(ushort type, SafeHandle descriptor, [CallerArgumentExpression(nameof(type))] string? name = null)
    {
        Attribute(type, 4, name).Clear();
        (_references ??= []).Add(new Reference(Length - 4, null, descriptor));
        return this;
    }

    /// <summary>The attributes around an offset of the message, outermost first; null when it lies in none.</summary>
    internal string? AttributeAt(int offset)
    {
        var path = new List<string>();
        foreach (AttributeMark mark in _marks)
        {
            int length = MemoryMarshal.Read<ushort>(_buffer.AsSpan(mark.Offset));
            if (offset >= mark.Offset && offset < mark.Offset + length)
                path.Add(mark.Name ?? $"attribute {mark.Type}");
        }
        return path.Count == 0 ? null : string.Join('/', path);
    }

    private Span<byte> Attribute(ushort type, int size, string? name)
    {
        if (size > ushort.MaxValue - AttributeHeaderSize)
            throw new ArgumentException($"{name ?? "An attribute"} of {size} bytes is longer than the 65531 that one may have.");
        int at = Length;
        Span<byte> place = Grow(MessageHeader.Align(AttributeHeaderSize + size));
        MemoryMarshal.Write(place, (ushort)(AttributeHeaderSize + size));
        MemoryMarshal.Write(place[2..], type);
        _marks.Add(new AttributeMark(at, (ushort)(type & ~NestedFlag), name));
        return place.Slice(AttributeHeaderSize, size);
    }

    private Span<byte> Grow(int size)
    {
        if (_buffer.Length - Length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + size));
        Span<byte> place = _buffer.AsSpan(Length, size);
        Length += size;
        return place;
    }

    /// <summary>Where the message has a number that is known only when it is sent: a link's index or a descriptor.</summary>
    internal readonly record struct Reference(int Offset, string? Link, SafeHandle? Descriptor);

    private readonly record struct AttributeMark(int Offset, ushort Type, string? Name);
}
