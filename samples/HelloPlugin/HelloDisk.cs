using System.Buffers.Binary;
using System.Text;

namespace Hello;

/// <summary>
/// A bootable disk whose boot sector prints a line on the screen and on the first serial port. The BIOS loads the first sector to 0x7C00
/// and jumps there (real mode, 16 bits).
/// </summary>
internal static class HelloDisk
{
    public const int SectorSize = 512;

    private const int LoadAddress = 0x7C00;
    private const int PartitionTable = 446;

    private static ReadOnlySpan<byte> Code =>
    [
        0x31, 0xC0,             //        xor ax, ax
        0x8E, 0xD8,             //        mov ds, ax
        0xFC,                   //        cld
        0xBE, 0x00, 0x00,       //        mov si, text            (address patched below)
        0xAC,                   // next:  lodsb
        0x84, 0xC0,             //        test al, al
        0x74, 0x15,             //        jz done
        0xB4, 0x0E,             //        mov ah, 0x0E            teletype output
        0xBB, 0x07, 0x00,       //        mov bx, 7               page 0, grey
        0xCD, 0x10,             //        int 0x10                the BIOS keeps al
        0x88, 0xC4,             //        mov ah, al
        0xBA, 0xFD, 0x03,       //        mov dx, 0x3FD           COM1, line status
        0xEC,                   // wait:  in al, dx
        0xA8, 0x20,             //        test al, 0x20           is the transmitter empty?
        0x74, 0xFB,             //        jz wait
        0x88, 0xE0,             //        mov al, ah
        0xEB, 0x04,             //        jmp send
        0xF4,                   // done:  hlt
        0xEB, 0xFD,             //        jmp done
        0x90,                   //        nop
        0xBA, 0xF8, 0x03,       // send:  mov dx, 0x3F8           COM1, data
        0xEE,                   //        out dx, al
        0xEB, 0xDC,             //        jmp next
    ];

    /// <summary>Whether a text can be printed by the BIOS and has a length that fits.</summary>
    public static bool IsPrintable(string? text, int maxLength) =>
        text is { Length: > 0 } && text.Length <= maxLength && text.All(c => c is >= ' ' and <= '~');

    /// <summary>Makes the whole disk.</summary>
    /// <param name="line">What it prints.</param>
    /// <param name="sizeBytes">How large it is.</param>
    public static byte[] Create(string line, int sizeBytes)
    {
        byte[] disk = new byte[sizeBytes];
        Code.CopyTo(disk);
        BinaryPrimitives.WriteUInt16LittleEndian(disk.AsSpan(6), (ushort)(LoadAddress + Code.Length));
        Encoding.ASCII.GetBytes(line + "\r\n").CopyTo(disk, Code.Length);

        // One bootable partition of type "no file system" over the rest, so that tools see a disk and not random bytes.
        Span<byte> partition = disk.AsSpan(PartitionTable);
        partition[0] = 0x80;
        partition[4] = 0xDA;
        BinaryPrimitives.WriteUInt32LittleEndian(partition[8..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(partition[12..], (uint)(sizeBytes / SectorSize - 1));
        disk[510] = 0x55;
        disk[511] = 0xAA;
        return disk;
    }
}
