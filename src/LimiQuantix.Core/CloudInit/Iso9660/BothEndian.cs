using System.Buffers.Binary;

namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>ECMA-119 §7.2.3 and §7.3.3: a number stored little-endian and, right after, big-endian.</summary>
internal static class BothEndian
{
    public static void WriteUInt16(Span<byte> destination, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, value);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], value);
    }

    public static void WriteUInt32(Span<byte> destination, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], value);
    }
}
