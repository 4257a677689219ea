namespace LimiQuantix.Disks;

/// <summary>The disk file formats that are told apart by their bytes.</summary>
public enum DiskFileFormat
{
    /// <summary>The disk's bytes as they are.</summary>
    Raw,

    /// <summary>QEMU's qcow2, versions 2 and 3.</summary>
    Qcow2,

    /// <summary>An optical disc, also a hybrid one with a partition table.</summary>
    Iso,

    /// <summary>VMware's.</summary>
    Vmdk,

    /// <summary>VirtualBox's.</summary>
    Vdi,

    /// <summary>Virtual PC's and old Hyper-V's; also called vpc.</summary>
    Vhd,

    /// <summary>Hyper-V's.</summary>
    Vhdx,

    /// <summary>QEMU's former enhanced disk.</summary>
    Qed,
}

/// <summary>Finds every format whose signature a file carries. Several at once are a sign of an attack on whoever guesses.</summary>
public static class DiskFileSignatures
{
    /// <summary>How many bytes of a file's start <see cref="Find"/> wants.</summary>
    public const int HeadLength = 68 << 10;

    /// <summary>How many bytes of a file's end <see cref="Find"/> wants: a VHD ends in a footer of this length.</summary>
    public const int TailLength = 512;

    private const int IsoDescriptor = 16 * 2048;
    private const int VdiSignature = 64;

    /// <summary>The file system that the whole of a raw disk has, of those that leave room for a boot loader; <see langword="null"/> when none is known.</summary>
    /// <param name="head">The file's start: <see cref="HeadLength"/> bytes, or the whole of a shorter file.</param>
    public static string? FindFileSystem(ReadOnlySpan<byte> head) => BootSector.FileSystem(head);

    /// <summary>Gives all formats that a file looks like; none for what is no disk.</summary>
    /// <param name="head">The file's start: <see cref="HeadLength"/> bytes, or the whole of a shorter file.</param>
    /// <param name="tail">The file's end: <see cref="TailLength"/> bytes, or the whole of a shorter file.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    public static IReadOnlyList<DiskFileFormat> Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long fileLength)
    {
        List<DiskFileFormat> found = [];
        if (head.StartsWith(Qcow2HeaderReader.Magic))
            found.Add(DiskFileFormat.Qcow2);
        if (head.StartsWith("KDMV"u8) || head.StartsWith("COWD"u8) || head.StartsWith("# Disk DescriptorFile"u8))
            found.Add(DiskFileFormat.Vmdk);
        if (head.Length >= VdiSignature + 4 && head[VdiSignature..].StartsWith<byte>([0x7F, 0x10, 0xDA, 0xBE]))
            found.Add(DiskFileFormat.Vdi);
        bool fixedVhd = tail.StartsWith("conectix"u8);
        if (head.StartsWith("conectix"u8) || fixedVhd)
            found.Add(DiskFileFormat.Vhd);
        if (head.StartsWith("vhdxfile"u8))
            found.Add(DiskFileFormat.Vhdx);
        if (head.StartsWith("QED\0"u8))
            found.Add(DiskFileFormat.Qed);
        bool iso = head.Length >= IsoDescriptor + 6 && head[(IsoDescriptor + 1)..].StartsWith("CD001"u8);
        if (iso)
            found.Add(DiskFileFormat.Iso);
        // A hybrid disc has a partition table beside its descriptors, and a fixed VHD is a raw disk before its footer.
        if (!iso && !fixedVhd && BootSector.IsPlausible(head, fileLength))
            found.Add(DiskFileFormat.Raw);
        return found;
    }
}
