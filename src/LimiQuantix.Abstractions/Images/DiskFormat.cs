namespace LimiQuantix.Images;

/// <summary>The format of a disk image's bytes.</summary>
public enum DiskFormat
{
    /// <summary>Not known, or a value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>The disk's bytes as they are.</summary>
    Raw = 1,

    /// <summary>QEMU's qcow2, version 2 or 3, without backing or data file.</summary>
    Qcow2 = 2,
}
