namespace LimiQuantix.Testing;

/// <summary>Guests of one disk sector, in 16-bit x86 machine code.</summary>
public static class BootSectors
{
    /// <summary>Goes to and fro between VGA's 320 by 200 mode (13h) and its text mode (3), a few times a second.</summary>
    public static byte[] ModeSwitcher => Sector(
        0xB8, 0x13, 0x00, // start: mov ax, 13h
        0xCD, 0x10, //         int 10h
        0xE8, 0x0A, 0x00, //   call wait
        0xB8, 0x03, 0x00, //   mov ax, 3
        0xCD, 0x10, //         int 10h
        0xE8, 0x02, 0x00, //   call wait
        0xEB, 0xEE, //         jmp start
        0xB4, 0x00, // wait:   mov ah, 0
        0xCD, 0x1A, //         int 1Ah           ticks of 55 ms into cx:dx
        0x89, 0xD3, //         mov bx, dx
        0x83, 0xC3, 0x05, //   add bx, 5
        0xB4, 0x00, // again:  mov ah, 0
        0xCD, 0x1A, //         int 1Ah
        0x39, 0xDA, //         cmp dx, bx
        0x75, 0xF8, //         jne again
        0xC3); //              ret

    /// <summary>Clears the screen, prints ">" and then whatever is typed, with the cursor hidden.</summary>
    public static byte[] Typewriter => Sector(
        0xB8, 0x03, 0x00, //       mov ax, 3
        0xCD, 0x10, //             int 10h
        0xB4, 0x01, //             mov ah, 1
        0xB9, 0x07, 0x26, //       mov cx, 2607h
        0xCD, 0x10, //             int 10h           cursor off
        0xB0, 0x3E, //             mov al, '>'
        0xB4, 0x0E, // print:      mov ah, 0Eh
        0xCD, 0x10, //             int 10h
        0xB4, 0x00, //             mov ah, 0
        0xCD, 0x16, //             int 16h           waits for a key, its character into al
        0xEB, 0xF6); //            jmp print

    /// <summary>Sets the timer of an ib700 watchdog to zero seconds, and halts.</summary>
    public static byte[] WatchdogExpirer => Sector(
        0xBA, 0x43, 0x04, //   mov dx, 443h
        0xB0, 0x0F, //         mov al, 0Fh       30 seconds less twice 15
        0xEE, //               out dx, al
        0xF4, // halt:         hlt
        0xEB, 0xFD); //        jmp halt

    /// <summary>Goes to ACPI's sleep S4, which is what a guest does that has saved itself to its disk.</summary>
    public static byte[] Hibernator => Sector(
        0xBA, 0x04, 0x06, //   mov dx, 604h      PM1 control
        0xB8, 0x00, 0x28, //   mov ax, 2800h     sleep now, type 2
        0xEF, //               out dx, ax
        0xF4, // halt:         hlt
        0xEB, 0xFD); //        jmp halt

    /// <summary>Tells the firmware, at every tick of the clock, that the first memory device cannot be removed (ACPI's _OST).</summary>
    public static byte[] MemoryKeeper => Sector(
        0xFB, // again:                          sti
        0xBA, 0x00, 0x0A, //                     mov dx, 0A00h     memory hotplug: which device
        0x66, 0x31, 0xC0, //                     xor eax, eax
        0x66, 0xEF, //                           out dx, eax
        0xBA, 0x04, 0x0A, //                     mov dx, 0A04h     event
        0x66, 0xB8, 0x03, 0x00, 0x00, 0x00, //   mov eax, 3        removal
        0x66, 0xEF, //                           out dx, eax
        0xBA, 0x08, 0x0A, //                     mov dx, 0A08h     status
        0x66, 0xB8, 0x01, 0x00, 0x00, 0x00, //   mov eax, 1        failed
        0x66, 0xEF, //                           out dx, eax
        0xF4, //                                 hlt
        0xEB, 0xDE); //                          jmp again

    /// <summary>Writes the disk that it boots from, from sector 64 on, 64 sectors at a time, as far as it goes.</summary>
    public static byte[] DiskWriter => Sector(
        0x31, 0xC0, //                               xor ax, ax
        0x8E, 0xD8, //                               mov ds, ax
        0xBE, 0x14, 0x7C, //                         mov si, packet
        0xB8, 0x00, 0x43, // again:                  mov ax, 4300h
        0xCD, 0x13, //                               int 13h           write what the packet says
        0x66, 0x83, 0x06, 0x1C, 0x7C, 0x40, //       add dword [packet + 8], 64
        0xEB, 0xF3, //                               jmp again
        0x10, 0x00, 0x40, 0x00, // packet:           its size, 64 sectors
        0x00, 0x00, 0x00, 0x10, //                   from 1000:0
        0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);

    /// <summary>Resets its machine by the chip set's reset control, as a guest that reboots.</summary>
    public static byte[] Rebooter => Sector(
        0xBA, 0xF9, 0x0C, //   mov dx, 0CF9h
        0xB0, 0x02, //         mov al, 2         a hard reset is meant
        0xEE, //               out dx, al
        0xB0, 0x06, //         mov al, 6         and wanted now
        0xEE, //               out dx, al
        0xF4, // halt:         hlt
        0xEB, 0xFD); //        jmp halt

    private static byte[] Sector(params byte[] code)
    {
        var sector = new byte[512];
        code.CopyTo(sector, 0);
        sector[510] = 0x55;
        sector[511] = 0xAA;
        return sector;
    }
}
