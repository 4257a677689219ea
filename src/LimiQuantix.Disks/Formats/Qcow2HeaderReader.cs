using System.Buffers.Binary;
using System.Text;

namespace LimiQuantix.Disks;

/// <summary>
/// Reads a qcow2 header (QEMU's docs/interop/qcow2.txt) of unknown origin. Refused is what contradicts itself, what this reader does
/// not know, and tables past the limits that QEMU has itself.
/// </summary>
internal static class Qcow2HeaderReader
{
    private const int MaximumHead = 64 << 10;
    private const int LengthV2 = 72;
    private const int LengthV3 = 104;
    private const int MaxBackingName = 1023;

    private const uint EndExtension = 0;
    private const uint BackingFormatExtension = 0xE2792ACA;
    private const uint DataFileExtension = 0x44415441;
    private const uint EncryptionExtension = 0x0537BE77;

    private const ulong KnownIncompatible = 0x1F;

    public static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xFB];

    public static Qcow2Header Read(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith(Magic))
            throw Malformed("it is not a qcow2 image");
        if (head.Length < LengthV2)
            throw Malformed("its header is cut off");
        head = head[..Math.Min(head.Length, MaximumHead)];
        uint version = UInt32(head, 4);
        if (version is not (2 or 3))
            throw Malformed($"it has version {version}, and only 2 and 3 are known");
        uint clusterBits = UInt32(head, 20);
        if (clusterBits is < 9 or > 21)
            throw Malformed($"its clusters have 2^{clusterBits} bytes, and 2^9 to 2^21 are allowed");
        ulong size = UInt64(head, 24);
        if (size > long.MaxValue - 511)
            throw Malformed($"its virtual size is {size} bytes");
        uint l1Entries = UInt32(head, 36);
        if (l1Entries * 8L > Qcow2Header.MaxL1Bytes)
            throw Malformed($"its L1 table has {l1Entries} entries, more than 32 MiB");
        uint refcountClusters = UInt32(head, 56);
        long refcountBytes = (long)refcountClusters << (int)clusterBits;
        if (refcountBytes > Qcow2Header.MaxRefcountTableBytes)
            throw Malformed($"its refcount table has {refcountClusters} clusters");
        uint snapshots = UInt32(head, 60);
        if (snapshots > Qcow2Header.MaxSnapshots)
            throw Malformed($"it has {snapshots} snapshots, more than {Qcow2Header.MaxSnapshots}");
        int clusterSize = 1 << (int)clusterBits;
        ReadOnlySpan<byte> firstCluster = head[..Math.Min(head.Length, clusterSize)];
        Qcow2Header header = new()
        {
            Version = (int)version,
            VirtualSizeBytes = (long)size,
            ClusterBits = (int)clusterBits,
            Compression = Qcow2Compression.Zlib,
            L1Entries = (int)l1Entries,
            L1TableOffset = (long)UInt64(head, 40),
            SnapshotCount = (int)snapshots,
            SnapshotTableOffset = (long)UInt64(head, 64),
            RefcountTableOffset = (long)UInt64(head, 48),
            RefcountTableBytes = refcountBytes,
            IsEncrypted = UInt32(head, 32) != 0,
            BackingFile = ReadBackingFile(head, firstCluster),
        };
        if (version == 3)
            header = ReadVersion3(header, head, clusterSize);
        return ReadExtensions(header, firstCluster, version == 3 ? (int)UInt32(head, 100) : LengthV2);
    }

    public static void CheckTables(Qcow2Header header, long fileLength)
    {
        if (header.VirtualSizeBytes == 0)
            throw Malformed("its virtual size is 0 bytes");
        // One L1 entry covers a cluster full of L2 entries of eight bytes, or sixteen when they are extended, each a cluster.
        int bitsPerL1Entry = 2 * header.ClusterBits - (header.Features.HasFlag(Qcow2Features.ExtendedL2) ? 4 : 3);
        if (header.L1Entries < ((header.VirtualSizeBytes - 1) >> bitsPerL1Entry) + 1)
            throw Malformed("its L1 table is too small for its virtual size");
        CheckTable("L1 table", header.L1TableOffset, header.L1Entries * 8L, header.ClusterBits, fileLength);
        if (header.RefcountTableBytes == 0)
            throw Malformed("its refcount table has 0 clusters");
        CheckTable("refcount table", header.RefcountTableOffset, header.RefcountTableBytes, header.ClusterBits, fileLength);
        if (header.SnapshotCount > 0)
            CheckTable("snapshot table", header.SnapshotTableOffset, header.SnapshotCount * 40L, header.ClusterBits, fileLength);
    }

    private static string? ReadBackingFile(ReadOnlySpan<byte> head, ReadOnlySpan<byte> firstCluster)
    {
        ulong offset = UInt64(head, 8);
        uint length = UInt32(head, 16);
        if (offset == 0 && length == 0)
            return null;
        if (offset < LengthV2 || length is 0 or > MaxBackingName || offset > (ulong)firstCluster.Length || length > (ulong)firstCluster.Length - offset)
            throw Malformed($"it has a backing file whose name is impossible: {length} bytes at {offset}");
        return Encoding.UTF8.GetString(firstCluster.Slice((int)offset, (int)length));
    }

    private static Qcow2Header ReadVersion3(Qcow2Header header, ReadOnlySpan<byte> head, int clusterSize)
    {
        if (head.Length < LengthV3)
            throw Malformed("its header is cut off");
        ulong incompatible = UInt64(head, 72);
        if ((incompatible & ~KnownIncompatible) != 0)
            throw Malformed($"it needs features that are not known (incompatible bits 0x{incompatible:x})");
        uint refcountOrder = UInt32(head, 96);
        if (refcountOrder > 6)
            throw Malformed($"its refcounts have 2^{refcountOrder} bits, and at most 64 are allowed");
        uint headerLength = UInt32(head, 100);
        if (headerLength < LengthV3 || headerLength % 8 != 0 || headerLength > clusterSize || headerLength > head.Length)
            throw Malformed($"its header claims {headerLength} bytes");
        byte type = headerLength > LengthV3 ? head[LengthV3] : (byte)0;
        if (type > (byte)Qcow2Compression.Zstd)
            throw Malformed($"its compression type {type} is not known");
        var features = (Qcow2Features)incompatible;
        if (features.HasFlag(Qcow2Features.CompressionType) != (type != 0))
            throw Malformed("its header contradicts itself about the compression type");
        return header with { Features = features, Compression = (Qcow2Compression)type };
    }

    /// <param name="header">The header so far.</param>
    /// <param name="firstCluster">As much of the first cluster as was read; extensions never leave it.</param>
    /// <param name="headerLength">Where the extensions begin.</param>
    private static Qcow2Header ReadExtensions(Qcow2Header header, ReadOnlySpan<byte> firstCluster, int headerLength)
    {
        int at = headerLength;
        while (at + 8 <= firstCluster.Length)
        {
            uint type = UInt32(firstCluster, at);
            uint length = UInt32(firstCluster, at + 4);
            switch (type)
            {
                case EndExtension:
                    return header;
                case BackingFormatExtension:
                    header = header with { NamesBackingFormat = true };
                    break;
                case DataFileExtension:
                    header = header with { NamesDataFile = true };
                    break;
                case EncryptionExtension:
                    header = header with { HasEncryptionHeader = true };
                    break;
            }
            long next = at + 8L + (length + 7L) / 8 * 8;
            if (next > firstCluster.Length)
                throw Malformed($"its header extension 0x{type:x8} leaves the first cluster");
            at = (int)next;
        }
        // The list may fill the cluster without an end mark, but not just the part of it that was read.
        return firstCluster.Length < header.ClusterSizeBytes ? throw Malformed("its header extensions are longer than 64 KiB") : header;
    }

    private static void CheckTable(string name, long offset, long length, int clusterBits, long fileLength)
    {
        ulong clusterMask = (1UL << clusterBits) - 1;
        if (offset == 0 || ((ulong)offset & clusterMask) != 0)
            throw Malformed($"its {name} does not begin at a cluster");
        if ((ulong)offset > (ulong)fileLength || (ulong)length > (ulong)fileLength - (ulong)offset)
            throw Malformed($"its {name} lies outside the file, which may be cut off", "Fetch the file again.");
    }

    private static DiskFileException Malformed(string reason, string? remedy = null) => new(DiskFileError.Malformed, reason, remedy);

    private static uint UInt32(ReadOnlySpan<byte> head, int offset) => BinaryPrimitives.ReadUInt32BigEndian(head[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> head, int offset) => BinaryPrimitives.ReadUInt64BigEndian(head[offset..]);
}
