namespace LimiQuantix.Disks;

/// <summary>How compressed clusters of a qcow2 image are compressed; the values are the header's.</summary>
public enum Qcow2Compression
{
    /// <summary>zlib's deflate.</summary>
    Zlib = 0,

    /// <summary>Zstandard.</summary>
    Zstd = 1,
}

/// <summary>The incompatible features of a qcow2 version 3 header; the values are the header's bits.</summary>
[Flags]
public enum Qcow2Features : long
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The refcounts are to be rebuilt; reading is not touched by it.</summary>
    Dirty = 1,

    /// <summary>The image is damaged and may only be read.</summary>
    Corrupt = 2,

    /// <summary>The guest's data is in another file.</summary>
    ExternalData = 4,

    /// <summary>The compression type is in the header.</summary>
    CompressionType = 8,

    /// <summary>L2 entries have 16 bytes.</summary>
    ExtendedL2 = 16,
}

/// <summary>
/// A qcow2 header (QEMU's docs/interop/qcow2.txt). What it says is not judged here: an image that names other files has a
/// <see cref="BackingFile"/>, <see cref="Qcow2Features.ExternalData"/> or <see cref="NamesDataFile"/>.
/// </summary>
public sealed record Qcow2Header
{
    /// <summary>The most snapshots that an image may have.</summary>
    public const int MaxSnapshots = 65536;

    /// <summary>The most bytes that an L1 table may have.</summary>
    public const long MaxL1Bytes = 32L << 20;

    /// <summary>The most bytes that a refcount table may have.</summary>
    public const long MaxRefcountTableBytes = 8L << 20;

    /// <summary>2 or 3.</summary>
    public required int Version { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees, as the header has it: not always a multiple of 512.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>9 to 21: a cluster is 2 to this power bytes.</summary>
    public required int ClusterBits { get; init; }

    /// <summary>How compressed clusters are compressed.</summary>
    public required Qcow2Compression Compression { get; init; }

    /// <summary>How many entries the L1 table has.</summary>
    public required int L1Entries { get; init; }

    /// <summary>Where the L1 table is, in bytes.</summary>
    public required long L1TableOffset { get; init; }

    /// <summary>How many internal snapshots there are.</summary>
    public required int SnapshotCount { get; init; }

    /// <summary>The incompatible features; only known ones.</summary>
    public Qcow2Features Features { get; init; }

    /// <summary>The backing file's name as the header has it; <see langword="null"/> without one.</summary>
    public string? BackingFile { get; init; }

    /// <summary>Whether the clusters are encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Whether a header extension names the format of a backing file, also without a backing file.</summary>
    public bool NamesBackingFormat { get; init; }

    /// <summary>Whether a header extension names an external data file.</summary>
    public bool NamesDataFile { get; init; }

    /// <summary>Whether a header extension points to an encryption header.</summary>
    public bool HasEncryptionHeader { get; init; }

    /// <summary>The size of a cluster in bytes.</summary>
    public int ClusterSizeBytes => 1 << ClusterBits;

    internal long RefcountTableOffset { get; init; }

    internal long RefcountTableBytes { get; init; }

    internal long SnapshotTableOffset { get; init; }

    /// <summary>Whether a file begins as a qcow2 image does.</summary>
    /// <param name="head">The file's start.</param>
    public static bool IsQcow2(ReadOnlySpan<byte> head) => head.StartsWith(Qcow2HeaderReader.Magic);

    /// <summary>Reads a header and its extensions, of whatever origin.</summary>
    /// <param name="head">The file's start: 64 KiB, or the whole of a shorter file.</param>
    /// <exception cref="DiskFileException"><see cref="DiskFileError.Malformed"/>; the message is the reason, such as "its header is cut off".</exception>
    public static Qcow2Header Parse(ReadOnlySpan<byte> head) => Qcow2HeaderReader.Read(head);

    /// <summary>Reads the header of a file, also of one that a machine is writing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DiskFileException"><see cref="DiskFileError.Malformed"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Qcow2Header Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] head = new byte[(int)Math.Min(file.Length, DiskFileSignatures.HeadLength)];
        int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return Parse(head.AsSpan(0, read));
    }

    /// <summary>Checks that the tables are of sane size, lie within the file and are large enough for the disk.</summary>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <exception cref="DiskFileException"><see cref="DiskFileError.Malformed"/>.</exception>
    public void CheckTables(long fileLength) => Qcow2HeaderReader.CheckTables(this, fileLength);
}
