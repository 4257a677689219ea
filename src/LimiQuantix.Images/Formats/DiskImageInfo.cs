using LimiQuantix.Disks;

namespace LimiQuantix.Images.Formats;

/// <summary>What an accepted disk image says of itself.</summary>
internal sealed record DiskImageInfo
{
    /// <summary>Raw, Qcow2 or Iso: every other format is refused.</summary>
    public required DiskFileFormat Format { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees: a multiple of 512, more than 0.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>The qcow2 header, for a qcow2 image.</summary>
    public Qcow2Header? Qcow2 { get; init; }
}
