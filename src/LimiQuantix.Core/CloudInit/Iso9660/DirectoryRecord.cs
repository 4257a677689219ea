namespace LimiQuantix.Core.CloudInit.Iso9660;

/// <summary>ECMA-119 §9.1: one entry of a directory's extent.</summary>
internal static class DirectoryRecord
{
    /// <summary>A record with a one-byte identifier and nothing after: the root's record inside a volume descriptor.</summary>
    public const int RootLength = 34;

    private const int FixedLength = 33;
    private const byte DirectoryFlag = 0x02;

    public static int Length(int identifierLength, int systemUseLength)
    {
        int identified = FixedLength + identifierLength + (identifierLength % 2 == 0 ? 1 : 0);
        int length = identified + systemUseLength;
        return length + length % 2;
    }

    /// <returns>How many bytes were written.</returns>
    public static int Write(
        Span<byte> destination,
        ReadOnlySpan<byte> identifier,
        ReadOnlySpan<byte> systemUse,
        bool isDirectory,
        uint extent,
        uint dataLength,
        DateTimeOffset timestamp)
    {
        int length = Length(identifier.Length, systemUse.Length);
        destination[0] = checked((byte)length);
        BothEndian.WriteUInt32(destination[2..], extent);
        BothEndian.WriteUInt32(destination[10..], dataLength);
        IsoTimestamp.WriteRecord(destination[18..], timestamp);
        destination[25] = isDirectory ? DirectoryFlag : (byte)0;
        BothEndian.WriteUInt16(destination[28..], 1);
        destination[32] = (byte)identifier.Length;
        identifier.CopyTo(destination[FixedLength..]);
        int afterIdentifier = FixedLength + identifier.Length + (identifier.Length % 2 == 0 ? 1 : 0);
        systemUse.CopyTo(destination[afterIdentifier..]);
        return length;
    }
}
