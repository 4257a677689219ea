using System.Buffers.Binary;
using System.Text;

namespace LibvirtSharp.Ssh;

/// <summary>The parts of messages and keys (RFC 4251, 5): numbers, and strings of bytes that have their length before them.</summary>
internal static class SshWire
{
    public static byte[] String(ReadOnlySpan<byte> content) => [.. Number((uint)content.Length), .. content];

    public static byte[] String(string content) => String(Encoding.ASCII.GetBytes(content));

    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <exception cref="InvalidDataException">There is none.</exception>
    public static uint TakeNumber(ref ReadOnlySpan<byte> rest)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out uint value))
            throw new InvalidDataException("it ends too early");
        rest = rest[sizeof(uint)..];
        return value;
    }

    /// <exception cref="InvalidDataException">There is none.</exception>
    public static ReadOnlySpan<byte> TakeString(ref ReadOnlySpan<byte> rest)
    {
        uint length = TakeNumber(ref rest);
        if (length > rest.Length)
            throw new InvalidDataException("it ends too early");
        ReadOnlySpan<byte> content = rest[..(int)length];
        rest = rest[(int)length..];
        return content;
    }

    /// <summary>What a key or a signature begins with: its type. Empty when it does not.</summary>
    public static string TypeOf(ReadOnlySpan<byte> blob) =>
        BinaryPrimitives.TryReadUInt32BigEndian(blob, out uint length) && length <= blob.Length - sizeof(uint)
            ? Encoding.ASCII.GetString(blob.Slice(sizeof(uint), (int)length))
            : "";
}
