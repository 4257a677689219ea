using System.Buffers.Binary;

namespace LimiQuantix.Core.Images.Formats;

/// <summary>
/// Reads a qcow2 header (QEMU's docs/interop/qcow2.txt) of unknown origin. Refused is everything by which an image could reach
/// another file (CVE-2024-4467, CVE-2022-47951), what this reader does not know, and tables past the limits that QEMU has itself.
/// </summary>
internal static class Qcow2HeaderReader
{
    public const int MaxSnapshots = 65536;
    public const long MaxL1Bytes = 32L << 20;
    public const long MaxRefcountTableBytes = 8L << 20;

    private const int LengthV2 = 72;
    private const int LengthV3 = 104;

    /// <summary>Dirty (a refcount rebuild is due; reading is not touched by it) and "the compression type is in the header".</summary>
    private const ulong KnownIncompatible = 1 | CompressionTypeBit;

    private const ulong CorruptBit = 1 << 1;
    private const ulong DataFileBit = 1 << 2;
    private const ulong CompressionTypeBit = 1 << 3;
    private const ulong ExtendedL2Bit = 1 << 4;

    public static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xFB];

    /// <param name="head">The file's start: 64 KiB, or the whole of a shorter file.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.UnsupportedFormat"/>: the image is refused.</exception>
    public static Qcow2Header Read(ReadOnlySpan<byte> head, long fileLength)
    {
        if (head.Length < LengthV2)
            throw Refusal("its header is cut off");
        uint version = UInt32(head, 4);
        if (version is not (2 or 3))
            throw Refusal($"it has version {version}, and only 2 and 3 are known");
        if (UInt64(head, 8) != 0 || UInt32(head, 16) != 0)
            throw Refusal("it has a backing file: an image must be complete in itself", "Flatten it: qemu-img convert -O qcow2 IMAGE NEW.");
        uint clusterBits = UInt32(head, 20);
        if (clusterBits is < 9 or > 21)
            throw Refusal($"its clusters have 2^{clusterBits} bytes, and 2^9 to 2^21 are allowed");
        if (UInt32(head, 32) != 0)
            throw Refusal("it is encrypted", "Decrypt it with qemu-img convert first.");
        int clusterSize = 1 << (int)clusterBits;
        Qcow2Compression compression = version == 3 ? ReadVersion3(head, clusterSize) : Qcow2Compression.Zlib;
        int headerLength = version == 3 ? (int)UInt32(head, 100) : LengthV2;
        Qcow2HeaderExtensions.Check(head[..Math.Min(head.Length, clusterSize)], headerLength, clusterSize);
        return ReadTables(head, fileLength, (int)version, (int)clusterBits, compression);
    }

    public static LimiQuantixException Refusal(string reason, string? remedy = null) =>
        new(ErrorCodes.UnsupportedFormat, $"The qcow2 image is refused: {reason}.", remedy);

    private static Qcow2Compression ReadVersion3(ReadOnlySpan<byte> head, int clusterSize)
    {
        if (head.Length < LengthV3)
            throw Refusal("its header is cut off");
        ulong incompatible = UInt64(head, 72);
        if ((incompatible & DataFileBit) != 0)
            throw Refusal("it keeps its data in another file", "Make it complete in itself: qemu-img convert -O qcow2 IMAGE NEW.");
        if ((incompatible & CorruptBit) != 0)
            throw Refusal("it is marked as corrupt", "Try qemu-img check -r all on a copy.");
        if ((incompatible & ExtendedL2Bit) != 0)
            throw Refusal("it has extended L2 entries", "Convert it: qemu-img convert -O qcow2 IMAGE NEW.");
        if ((incompatible & ~KnownIncompatible) != 0)
            throw Refusal($"it needs features that are not known (incompatible bits 0x{incompatible:x})");
        uint refcountOrder = UInt32(head, 96);
        if (refcountOrder > 6)
            throw Refusal($"its refcounts have 2^{refcountOrder} bits, and at most 64 are allowed");
        uint headerLength = UInt32(head, 100);
        if (headerLength < LengthV3 || headerLength % 8 != 0 || headerLength > clusterSize || headerLength > head.Length)
            throw Refusal($"its header claims {headerLength} bytes");
        byte type = headerLength > LengthV3 ? head[LengthV3] : (byte)0;
        if (type > (byte)Qcow2Compression.Zstd)
            throw Refusal($"its compression type {type} is not known");
        if (((incompatible & CompressionTypeBit) != 0) != (type != 0))
            throw Refusal("its header contradicts itself about the compression type");
        return (Qcow2Compression)type;
    }

    private static Qcow2Header ReadTables(
        ReadOnlySpan<byte> head, long fileLength, int version, int clusterBits, Qcow2Compression compression)
    {
        ulong size = UInt64(head, 24);
        uint l1Entries = UInt32(head, 36);
        ulong l1Offset = UInt64(head, 40);
        if (size is 0 or > long.MaxValue - 511)
            throw Refusal($"its virtual size is {size} bytes");
        if (l1Entries * 8L > MaxL1Bytes)
            throw Refusal($"its L1 table has {l1Entries} entries, more than 32 MiB");
        // One L1 entry covers a cluster full of L2 entries of eight bytes, each a cluster.
        int bitsPerL1Entry = 2 * clusterBits - 3;
        if ((ulong)l1Entries < ((size - 1) >> bitsPerL1Entry) + 1)
            throw Refusal("its L1 table is too small for its virtual size");
        CheckTable("L1 table", l1Offset, l1Entries * 8L, clusterBits, fileLength);
        uint refcountClusters = UInt32(head, 56);
        long refcountBytes = (long)refcountClusters << clusterBits;
        if (refcountClusters == 0 || refcountBytes > MaxRefcountTableBytes)
            throw Refusal($"its refcount table has {refcountClusters} clusters");
        CheckTable("refcount table", UInt64(head, 48), refcountBytes, clusterBits, fileLength);
        uint snapshots = UInt32(head, 60);
        if (snapshots > MaxSnapshots)
            throw Refusal($"it has {snapshots} snapshots, more than {MaxSnapshots}");
        if (snapshots > 0)
            CheckTable("snapshot table", UInt64(head, 64), snapshots * 40L, clusterBits, fileLength);
        return new Qcow2Header
        {
            Version = version,
            VirtualSizeBytes = (long)size,
            ClusterBits = clusterBits,
            Compression = compression,
            L1Entries = (int)l1Entries,
            L1TableOffset = (long)l1Offset,
            SnapshotCount = (int)snapshots,
        };
    }

    private static void CheckTable(string name, ulong offset, long length, int clusterBits, long fileLength)
    {
        ulong clusterMask = (1UL << clusterBits) - 1;
        if (offset == 0 || (offset & clusterMask) != 0)
            throw Refusal($"its {name} does not begin at a cluster");
        if (offset > (ulong)fileLength || (ulong)length > (ulong)fileLength - offset)
            throw Refusal($"its {name} lies outside the file, which may be cut off", "Fetch the file again.");
    }

    private static uint UInt32(ReadOnlySpan<byte> head, int offset) => BinaryPrimitives.ReadUInt32BigEndian(head[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> head, int offset) => BinaryPrimitives.ReadUInt64BigEndian(head[offset..]);
}
