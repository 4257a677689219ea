using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LimiQuantix.Guest.Wire;

/// <summary>
/// The 28 bytes before each payload, little-endian: magic, type, channel, two zero bytes, session, stream, length, CRC32C of the payload, CRC32C of
/// the 24 bytes before. The magic only says where to look; what makes a header is its own checksum, so that a length is never believed
/// before it was checked.
/// </summary>
internal readonly record struct FrameHeader
{
    /// <summary>A header's bytes.</summary>
    public const int Size = 28;

    /// <summary>A payload's most bytes.</summary>
    public const int MaxPayload = 64 * 1024;

    /// <summary>What each side sends at most in one data frame: the frame then fits into one write of a virtio port, 32 KiB.</summary>
    public const int DataPayload = (32 * 1024) - Size;

    /// <summary>"LQG1" as it stands on the wire.</summary>
    public const uint Magic = 0x3147514C;

    /// <summary>What the frame is.</summary>
    public FrameType Type { get; init; }

    /// <summary>Which of the stream's channels: 0 for stdin or the content, 1 for stdout, 2 for stderr.</summary>
    public byte Channel { get; init; }

    /// <summary>The first four bytes of the session's nonce.</summary>
    public uint Session { get; init; }

    /// <summary>The stream; 0 for the session itself.</summary>
    public uint Stream { get; init; }

    /// <summary>The payload's bytes.</summary>
    public int Length { get; init; }

    /// <summary>The payload's CRC32C.</summary>
    public uint Checksum { get; init; }

    /// <summary>Writes the header of a payload.</summary>
    public static void Write(Span<byte> target, FrameType type, byte channel, uint session, uint stream, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        target[4] = (byte)type;
        target[5] = channel;
        target[6] = 0;
        target[7] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], session);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], stream);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[20..], Crc32C(payload));
        BinaryPrimitives.WriteUInt32LittleEndian(target[24..], Crc32C(target[..24]));
    }

    /// <summary>A whole frame.</summary>
    public static byte[] Frame(FrameType type, byte channel, uint session, uint stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[Size + payload.Length];
        payload.CopyTo(frame.AsSpan(Size));
        Write(frame, type, channel, session, stream, payload);
        return frame;
    }

    /// <summary>Reads a header; false when the 28 bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[24..]) != Crc32C(source[..24]))
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(source[16..]);
        if (length is < 0 or > MaxPayload)
            return false;
        header = new FrameHeader
        {
            Type = (FrameType)source[4],
            Channel = source[5],
            Session = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            Stream = BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            Length = length,
            Checksum = BinaryPrimitives.ReadUInt32LittleEndian(source[20..]),
        };
        return true;
    }

    /// <summary>CRC32C (RFC 3720 appendix B.4), by the processor's instruction where it has one.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (byte value in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
