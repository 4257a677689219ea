namespace LimiQuantix.Core.Images.Formats;

/// <summary>The disk image formats that are told apart by their bytes.</summary>
internal enum DiskImageFormat
{
    Raw,
    Qcow2,

    /// <summary>An optical disc, also a hybrid one with a partition table.</summary>
    Iso,
    Vmdk,
    Vdi,
    Vhd,
    Vhdx,
    Qed,
}
