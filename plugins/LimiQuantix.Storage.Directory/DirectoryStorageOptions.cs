using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>The options of a storage pool of kind <c>directory</c>.</summary>
public sealed class DirectoryStorageOptions
{
    /// <summary>
    /// The pool's folder: absolute; made when it is missing. QEMU must be able to reach it, which under <c>qemu:///system</c> is another
    /// user: every folder above it needs the execute bit for others. Default: <c>pool</c> in the instance's data folder.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// Whether a volume is a full copy of its base instead of an overlay on it. A copy takes longer and more space, and depends on
    /// nothing. Default: <see langword="false"/>. Changing it leaves existing volumes as they are.
    /// </summary>
    public bool FullCopies { get; set; }

    /// <summary>Whether a base stays when its last volume is deleted. Default: <see langword="false"/>.</summary>
    public bool KeepUnusedBases { get; set; }

    /// <summary>
    /// The format of new bases: <see cref="DiskFormat.Raw"/> reads fastest and takes the space of the image's data uncompressed,
    /// <see cref="DiskFormat.Qcow2"/> is small on file systems without holes. An image in another format is converted.
    /// Default: <see langword="null"/>, each as its image has it. Changing it leaves existing bases as they are.
    /// </summary>
    public DiskFormat? BaseFormat { get; set; }

    /// <summary>Whether every node has this folder under the same path (NFS and the like). Default: <see langword="false"/>.</summary>
    public bool IsShared { get; set; }

    /// <summary>Below this much free space, in percent of the file system, the pool is degraded. 0 to 100. Default: 20.</summary>
    public int WarnBelowPercentFree { get; set; } = 20;

    /// <summary>
    /// What would leave less free space than this, in percent of the file system, is refused. 0 to 100, at most
    /// <see cref="WarnBelowPercentFree"/>. Default: 10.
    /// </summary>
    public int RefuseBelowPercentFree { get; set; } = 10;

    /// <summary>
    /// The mode of a volume's file. Default: 0600, which suits libvirt: its system daemon gives the file to QEMU's user while a machine
    /// runs, its session daemon runs QEMU as the same user. Where <c>dynamic_ownership</c> is off, 0660 with a set-group-id folder of
    /// QEMU's group is the way.
    /// </summary>
    public UnixFileMode VolumeMode { get; set; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The qemu-img program. Default: the first on the <c>PATH</c>.</summary>
    public string? QemuImg { get; set; }

    /// <summary>How long qemu-img may take to make or grow a volume. 1 s to 1 h. Default: 2 min.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long qemu-img may take for a full copy. 1 s to 1 day. Default: 1 h.</summary>
    public TimeSpan CopyTimeout { get; set; } = TimeSpan.FromHours(1);

    internal IEnumerable<string> Validate()
    {
        const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (Path is not null && !System.IO.Path.IsPathFullyQualified(Path)) yield return "Path must be absolute.";
        if (QemuImg is not null && !System.IO.Path.IsPathFullyQualified(QemuImg)) yield return "QemuImg must be an absolute path.";
        if (WarnBelowPercentFree is < 0 or > 100) yield return "WarnBelowPercentFree must be from 0 to 100.";
        if (RefuseBelowPercentFree < 0 || RefuseBelowPercentFree > WarnBelowPercentFree)
            yield return "RefuseBelowPercentFree must be from 0 to WarnBelowPercentFree.";
        if (BaseFormat is not (null or DiskFormat.Raw or DiskFormat.Qcow2)) yield return "BaseFormat must be Raw or Qcow2, or not set.";
        if ((VolumeMode & OwnerReadWrite) != OwnerReadWrite) yield return "VolumeMode must let the owner read and write.";
        if (!IsWithin(CommandTimeout, TimeSpan.FromHours(1))) yield return "CommandTimeout must be from 1 second to 1 hour.";
        if (!IsWithin(CopyTimeout, TimeSpan.FromDays(1))) yield return "CopyTimeout must be from 1 second to 1 day.";
    }

    private static bool IsWithin(TimeSpan value, TimeSpan maximum) => value >= TimeSpan.FromSeconds(1) && value <= maximum;
}
