using System.Buffers.Binary;

namespace LimiQuantix.Disks;

/// <summary>Whether bytes begin as a disk does: with a partition table (MBR, or GPT behind its MBR) or a file system's boot sector.</summary>
internal static class BootSector
{
    private const int Size = 512;
    private const int FirstPartition = 446;

    private static ReadOnlySpan<byte> GptSignature => "EFI PART"u8;

    public static bool IsPlausible(ReadOnlySpan<byte> head, long fileLength)
    {
        if (head.Length < Size || head[510] != 0x55 || head[511] != 0xAA)
            return false;
        return HasGpt(head) || HasPartition(head, fileLength) || IsVolumeBootRecord(head);
    }

    private static bool HasGpt(ReadOnlySpan<byte> head) =>
        (head.Length >= 2 * Size && head[Size..].StartsWith(GptSignature))
        || (head.Length >= 4096 + Size && head[4096..].StartsWith(GptSignature));

    private static bool HasPartition(ReadOnlySpan<byte> head, long fileLength)
    {
        bool found = false;
        for (int i = 0; i < 4; i++)
        {
            ReadOnlySpan<byte> entry = head.Slice(FirstPartition + 16 * i, 16);
            if (entry[0] is not (0 or 0x80))
                return false;
            long start = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
            uint sectors = BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            found |= entry[4] != 0 && start > 0 && sectors > 0 && start * Size < fileLength;
        }
        return found;
    }

    /// <summary>A FAT or NTFS volume without a partition table: a jump, then a BIOS parameter block.</summary>
    private static bool IsVolumeBootRecord(ReadOnlySpan<byte> head)
    {
        bool jumps = head[0] == 0xE9 || (head[0] == 0xEB && head[2] == 0x90);
        ushort bytesPerSector = BinaryPrimitives.ReadUInt16LittleEndian(head[11..]);
        return jumps && bytesPerSector is (512 or 1024 or 2048 or 4096) && head[13] != 0 && (head[13] & (head[13] - 1)) == 0;
    }
}
