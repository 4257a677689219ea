using System.Buffers.Binary;

namespace LimiQuantix.Core.Images.Formats;

/// <summary>Walks the extensions behind a qcow2 header and refuses those that name another file or a key.</summary>
internal static class Qcow2HeaderExtensions
{
    private const uint End = 0;
    private const uint BackingFormat = 0xE2792ACA;
    private const uint DataFileName = 0x44415441;
    private const uint EncryptionHeader = 0x0537BE77;

    /// <param name="firstCluster">As much of the first cluster as was read; extensions never leave it.</param>
    /// <param name="headerLength">Where the extensions begin.</param>
    /// <param name="clusterSize">The cluster's whole size in bytes.</param>
    public static void Check(ReadOnlySpan<byte> firstCluster, int headerLength, int clusterSize)
    {
        int at = headerLength;
        while (at + 8 <= firstCluster.Length)
        {
            uint type = BinaryPrimitives.ReadUInt32BigEndian(firstCluster[at..]);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(firstCluster[(at + 4)..]);
            switch (type)
            {
                case End:
                    return;
                case BackingFormat:
                    throw Qcow2HeaderReader.Refusal("it names the format of a backing file");
                case DataFileName:
                    throw Qcow2HeaderReader.Refusal("it names an external data file");
                case EncryptionHeader:
                    throw Qcow2HeaderReader.Refusal("it has an encryption header");
            }
            long next = at + 8L + (length + 7L) / 8 * 8;
            if (next > firstCluster.Length)
                throw Qcow2HeaderReader.Refusal($"its header extension 0x{type:x8} leaves the first cluster");
            at = (int)next;
        }
        // The list may fill the cluster without an end mark, but not just the part of it that was read.
        if (firstCluster.Length < clusterSize)
            throw Qcow2HeaderReader.Refusal("its header extensions are longer than 64 KiB");
    }
}
