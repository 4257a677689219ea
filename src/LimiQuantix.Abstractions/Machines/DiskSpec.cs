using System.Text.Json.Serialization;

namespace LimiQuantix.Machines;

/// <summary>A disk or CD drive that a host wants a machine to have.</summary>
public sealed record DiskSpec
{
    /// <summary>
    /// What tells it from the machine's other disks in updates: letters, digits and inner hyphens, at most 32. By default <c>disk0</c>,
    /// <c>disk1</c> … by its place in the list.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>What it begins as.</summary>
    public required DiskSource Source { get; init; }

    /// <summary>
    /// Its size in bytes, thin; a multiple of 512 from 1 MiB to 64 TiB, at least what it begins as. By default 20 GiB, or the image's size where that is larger
    /// (cloud-init grows the file system); a volume's own. Required for a blank one; not for a CD.
    /// </summary>
    public long? SizeBytes { get; init; }

    /// <summary>The pool to make it in; by default the first one. Not for a volume that is there.</summary>
    public string? Pool { get; init; }

    /// <summary>How the guest reaches it. virtio by default; a CD drive SATA.</summary>
    public DiskBus? Bus { get; init; }

    /// <summary>Its place among what the firmware tries: the least first. Without any, the first disk boots.</summary>
    public int? BootOrder { get; init; }

    /// <summary>Whether its volume stays when the machine is deleted or the disk removed. A volume that was there before always stays.</summary>
    public bool KeepOnDelete { get; init; }

    /// <summary>A disk that begins as an image.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="sizeBytes">Its size; see <see cref="SizeBytes"/>.</param>
    public static DiskSpec FromImage(Guid imageId, long? sizeBytes = null) => new() { Source = new ImageDiskSource { ImageId = imageId }, SizeBytes = sizeBytes };

    /// <summary>A disk with nothing on it.</summary>
    /// <param name="sizeBytes">Its size.</param>
    public static DiskSpec Blank(long sizeBytes) => new() { Source = new BlankDiskSource(), SizeBytes = sizeBytes };

    /// <summary>A CD drive.</summary>
    /// <param name="imageId">The ISO image in it; <see langword="null"/> for an empty one.</param>
    public static DiskSpec Cd(Guid? imageId = null) => new() { Source = new IsoDiskSource { ImageId = imageId } };
}

/// <summary>
/// What a disk begins as: <see cref="ImageDiskSource"/>, <see cref="VolumeDiskSource"/>, <see cref="SnapshotDiskSource"/>,
/// <see cref="BlankDiskSource"/> or <see cref="IsoDiskSource"/>. New kinds come in minor versions.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ImageDiskSource), "image")]
[JsonDerivedType(typeof(VolumeDiskSource), "volume")]
[JsonDerivedType(typeof(SnapshotDiskSource), "snapshot")]
[JsonDerivedType(typeof(BlankDiskSource), "blank")]
[JsonDerivedType(typeof(IsoDiskSource), "iso")]
public abstract record DiskSource
{
    private protected DiskSource()
    {
    }
}

/// <summary>A new volume with an image's content.</summary>
public sealed record ImageDiskSource : DiskSource
{
    /// <summary>The image.</summary>
    public required Guid ImageId { get; init; }
}

/// <summary>A volume that is there, and that no other machine has.</summary>
public sealed record VolumeDiskSource : DiskSource
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }
}

/// <summary>A new volume with a snapshot's content.</summary>
public sealed record SnapshotDiskSource : DiskSource
{
    /// <summary>The snapshot.</summary>
    public required Guid SnapshotId { get; init; }
}

/// <summary>A new volume with nothing on it.</summary>
public sealed record BlankDiskSource : DiskSource;

/// <summary>A CD drive, with an ISO image in it or empty.</summary>
public sealed record IsoDiskSource : DiskSource
{
    /// <summary>The ISO image; <see langword="null"/> for an empty drive.</summary>
    public Guid? ImageId { get; init; }
}

/// <summary>How a guest reaches a disk.</summary>
public enum DiskBus
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>virtio-blk: the fastest.</summary>
    Virtio = 1,

    /// <summary>virtio-scsi.</summary>
    [Feature(ProviderFeatures.DiskScsi)]
    Scsi = 2,

    /// <summary>SATA: for guests without virtio drivers.</summary>
    [Feature(ProviderFeatures.DiskSata)]
    Sata = 3,
}
