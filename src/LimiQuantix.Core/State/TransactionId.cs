using System.Buffers.Binary;

namespace LimiQuantix.Core.State;

/// <summary>What a transaction's id (UUIDv7, RFC 9562 section 5.7) tells.</summary>
internal static class TransactionId
{
    /// <summary>How long an outcome is kept at least, counted back from the newest.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Whether an id is a UUIDv7.</summary>
    public static bool IsValid(Guid id) => id.Version == 7 && (id.Variant & 0b1100) == 0b1000;

    /// <summary>When the id was chosen, in Unix milliseconds: the first 48 bits.</summary>
    public static long TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
    }

    /// <summary>The bytes in network order: in the order of time.</summary>
    public static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    /// <summary>The least id of a time, as bytes.</summary>
    public static byte[] LeastBytes(long milliseconds)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        return bytes;
    }

    /// <summary>The time up to which outcomes are forgotten: never what is younger than <see cref="Kept"/> before the newest.</summary>
    public static long Watermark(DateTimeOffset before, long newest) =>
        Math.Min(before.ToUnixTimeMilliseconds(), newest - (long)Kept.TotalMilliseconds);
}
