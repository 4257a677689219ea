using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// The installation's own folder inside the pool's: its name is the installation's id, so that everything in it carries our mark and
/// several installations can share a pool.
/// </summary>
internal sealed class PoolFolder(string poolPath, Guid installationId)
{
    /// <summary>Others pass through to a file whose name they were told, and list nothing.</summary>
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string PoolPath { get; } = poolPath;

    public string Path { get; } = System.IO.Path.Combine(poolPath, installationId.ToString("D"));

    /// <summary>Makes what is missing; leaves the modes of folders that are there to whoever made them.</summary>
    public void Create()
    {
        CreateFolder(PoolPath, FolderMode);
        CreateFolder(Path, FolderMode);
    }

    /// <summary>Makes a folder with exactly this mode, whatever the umask; a parent's set-group-id bit is inherited.</summary>
    public static void CreateFolder(string path, UnixFileMode mode)
    {
        if (System.IO.Directory.Exists(path))
            return;
        DirectoryInfo folder = System.IO.Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode = mode | (folder.UnixFileMode & UnixFileMode.SetGroup);
    }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The base of a digest, in whichever format it was written.</summary>
    public BaseFile? FindBase(ImageDigest digest)
    {
        foreach (DiskFormat format in (ReadOnlySpan<DiskFormat>)[DiskFormat.Qcow2, DiskFormat.Raw])
        {
            string path = Combine(PoolName.Base(digest, format));
            if (File.Exists(path))
                return new BaseFile { Path = path, Digest = digest, Format = format };
        }
        return null;
    }

    public IEnumerable<BaseFile> Bases()
    {
        foreach (string path in System.IO.Directory.EnumerateFiles(Path))
        {
            if (PoolName.TryParseBase(System.IO.Path.GetFileName(path), out ImageDigest? digest, out DiskFormat format))
                yield return new BaseFile { Path = path, Digest = digest, Format = format };
        }
    }

    public VolumeFile? FindVolume(Guid volumeId) => Volumes($"{volumeId:D}*").FirstOrDefault(volume => volume.VolumeId == volumeId);

    public IEnumerable<VolumeFile> Volumes(string pattern = "*")
    {
        foreach (string path in System.IO.Directory.EnumerateFiles(Path, pattern))
        {
            if (PoolName.TryParseVolume(System.IO.Path.GetFileName(path), out Guid volumeId, out ImageDigest? copied))
                yield return new VolumeFile { Path = path, VolumeId = volumeId, Copied = copied };
        }
    }
}
