using System.Buffers.Binary;

namespace LimiQuantix.Disks;

/// <summary>
/// Whether bytes begin as a disk does: with a partition table (MBR, or GPT behind its MBR), with a boot sector that belongs to its file system, or with one in the room
/// that a file system on the whole disk leaves for a boot loader.
/// </summary>
internal static class BootSector
{
    private const int Size = 512;
    private const int FirstPartition = 446;

    private static ReadOnlySpan<byte> GptSignature => "EFI PART"u8;

    public static bool IsPlausible(ReadOnlySpan<byte> head, long fileLength)
    {
        if (head.Length < Size || head[510] != 0x55 || head[511] != 0xAA)
            return false;
        return HasGpt(head) || HasPartition(head, fileLength) || IsVolumeBootRecord(head) || FileSystem(head) is not null;
    }

    /// <summary>The file system that a whole disk has, of those that leave room for a boot loader before them; <see langword="null"/> when there is none that is known.</summary>
    public static string? FileSystem(ReadOnlySpan<byte> head)
    {
        // struct ext4_super_block at 1024; struct btrfs_super_block at 64 KiB; struct fs (UFS1 at 8 KiB, UFS2 at 64 KiB); exFAT's name after its jump.
        if (At(head, 1024 + 56, [0x53, 0xEF])) return "ext2, ext3 or ext4";
        if (At(head, (64 << 10) + 64, "_BHRfS_M"u8)) return "btrfs";
        if (At(head, (8 << 10) + 1372, [0x54, 0x19, 0x01, 0x00]) || At(head, (64 << 10) + 1372, [0x19, 0x01, 0x54, 0x19])) return "UFS";
        if (At(head, 3, "EXFAT   "u8)) return "exFAT";
        return At(head, 0, "XFSB"u8) ? "XFS" : null;
    }

    private static bool At(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> bytes) => head.Length >= offset + bytes.Length && head[offset..].StartsWith(bytes);

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
