using LimiQuantix.Disks;

namespace LimiQuantix.Storage.Directory;

/// <summary>
/// This process's folder for what is half-made, beside a lock file that lives as long as the process does. What a killed process
/// left, also running, is known by its lock being free, so that two processes on one pool never clean up each other's work.
/// </summary>
internal sealed class TemporaryArea : IDisposable
{
    private const string Prefix = ".tmp-";
    private const string LockSuffix = ".lock";

    private readonly string _path;
    private readonly FileStream _lock;

    private TemporaryArea(string path, FileStream held)
    {
        _path = path;
        _lock = held;
    }

    /// <summary>Makes an area in the pool's folder.</summary>
    public static TemporaryArea Create(PoolFolder folder)
    {
        string path = folder.Combine(Prefix + Guid.NewGuid().ToString("N"));
        // The lock comes first and goes last: an area without a held lock is nobody's.
        FileStream held = new(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            PoolFolder.CreateFolder(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch
        {
            held.Dispose();
            throw;
        }
        return new TemporaryArea(path, held);
    }

    /// <summary>Removes the areas of processes that are gone.</summary>
    /// <returns>How many there were.</returns>
    public static int Clean(PoolFolder folder)
    {
        int cleaned = 0;
        foreach (string lockPath in System.IO.Directory.GetFiles(folder.Path, Prefix + "*" + LockSuffix))
        {
            FileStream held;
            try
            {
                held = new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                continue; // Its process lives, or another one is cleaning it up.
            }
            using (held)
            {
                string area = lockPath[..^LockSuffix.Length];
                // A killed process takes no qemu-img with it.
                QemuImg.KillLeftRuns(area);
                if (System.IO.Directory.Exists(area))
                    System.IO.Directory.Delete(area, recursive: true);
                File.Delete(lockPath);
            }
            cleaned++;
        }
        return cleaned;
    }

    /// <summary>A path for a new file, unlike any other.</summary>
    public string NewPath() => Path.Combine(_path, Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (System.IO.Directory.Exists(_path))
            System.IO.Directory.Delete(_path, recursive: true);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }
}
