namespace LimiQuantix.Core.Images.Formats;

/// <summary>Finds every format whose signature a file carries. Several at once are a sign of an attack on whoever guesses.</summary>
internal static class FormatSignatures
{
    /// <summary>A VHD ends in a footer of this length.</summary>
    public const int TailLength = 512;

    private const int IsoDescriptor = 16 * 2048;
    private const int VdiSignature = 64;

    public static IReadOnlyList<DiskImageFormat> Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long fileLength)
    {
        List<DiskImageFormat> found = [];
        if (head.StartsWith(Qcow2HeaderReader.Magic))
            found.Add(DiskImageFormat.Qcow2);
        if (head.StartsWith("KDMV"u8) || head.StartsWith("COWD"u8) || head.StartsWith("# Disk DescriptorFile"u8))
            found.Add(DiskImageFormat.Vmdk);
        if (head.Length >= VdiSignature + 4 && head[VdiSignature..].StartsWith<byte>([0x7F, 0x10, 0xDA, 0xBE]))
            found.Add(DiskImageFormat.Vdi);
        bool fixedVhd = tail.StartsWith("conectix"u8);
        if (head.StartsWith("conectix"u8) || fixedVhd)
            found.Add(DiskImageFormat.Vhd);
        if (head.StartsWith("vhdxfile"u8))
            found.Add(DiskImageFormat.Vhdx);
        if (head.StartsWith("QED\0"u8))
            found.Add(DiskImageFormat.Qed);
        bool iso = head.Length >= IsoDescriptor + 6 && head[(IsoDescriptor + 1)..].StartsWith("CD001"u8);
        if (iso)
            found.Add(DiskImageFormat.Iso);
        // A hybrid disc has a partition table beside its descriptors, and a fixed VHD is a raw disk before its footer.
        if (!iso && !fixedVhd && BootSector.IsPlausible(head, fileLength))
            found.Add(DiskImageFormat.Raw);
        return found;
    }
}
