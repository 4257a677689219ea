namespace LimiQuantix.Disks;

/// <summary>What a file is compressed with.</summary>
public enum CompressionFormat
{
    /// <summary>Nothing that is known.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>xz.</summary>
    Xz,

    /// <summary>Zstandard.</summary>
    Zstd,

    /// <summary>bzip2.</summary>
    Bzip2,
}

/// <summary>Tells a compressed file by its first bytes: RFC 1952, the .xz file format §2.1.1, RFC 8878 §3.1.1, bzip2.</summary>
public static class CompressionSignature
{
    /// <summary>How many bytes of the file's start <see cref="Detect"/> wants; it answers None for a shorter file.</summary>
    public const int Length = 10;

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B, 8];

    private static ReadOnlySpan<byte> Xz => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    private static ReadOnlySpan<byte> Zstd => [0x28, 0xB5, 0x2F, 0xFD];

    private static ReadOnlySpan<byte> Bzip2 => "BZh"u8;

    private static ReadOnlySpan<byte> Bzip2Block => [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];

    private static ReadOnlySpan<byte> Bzip2End => [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

    /// <summary>Gives the compression that a file's first bytes tell.</summary>
    /// <param name="head">At least <see cref="Length"/> bytes of the file's start.</param>
    public static CompressionFormat Detect(ReadOnlySpan<byte> head)
    {
        if (head.Length < Length)
            return CompressionFormat.None;
        if (head.StartsWith(Gzip))
            return CompressionFormat.Gzip;
        if (head.StartsWith(Xz))
            return CompressionFormat.Xz;
        // A skippable frame (0x184D2A5?) may come first, as parallel compressors write it.
        if (head.StartsWith(Zstd) || ((head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18))
            return CompressionFormat.Zstd;
        bool blockFollows = head[4..].StartsWith(Bzip2Block) || head[4..].StartsWith(Bzip2End);
        return head.StartsWith(Bzip2) && head[3] is >= (byte)'1' and <= (byte)'9' && blockFollows
            ? CompressionFormat.Bzip2
            : CompressionFormat.None;
    }
}
