using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Disks;

/// <summary>Publishes files so that after a loss of power each is there whole or not at all.</summary>
public static class DurableFile
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Writes a file through, gives it its name and writes the name through.</summary>
    /// <param name="temporary">The file, written but not necessarily flushed; in the same file system as the target.</param>
    /// <param name="target">The path that it becomes.</param>
    /// <param name="overwrite">Whether a file of that name is replaced, atomically.</param>
    /// <exception cref="IOException">The target exists, or the file system fails.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or the folder may not be changed.</exception>
    public static void Publish(string temporary, string target, bool overwrite = false)
    {
        using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            RandomAccess.FlushToDisk(file);
        File.Move(temporary, target, overwrite);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }

    /// <summary>
    /// Makes renames, new files and deletions in a folder last: POSIX keeps them in the folder, which the framework cannot flush. Windows
    /// does it by itself.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The folder cannot be opened or flushed; the result is the error number.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Native.Open(folder, Native.OpenReadOnly);
        if (descriptor < 0)
            throw Native.Failure($"The folder '{folder}' cannot be opened to be written through");
        try
        {
            if (Native.Sync(descriptor) != 0)
                throw Native.Failure($"The folder '{folder}' cannot be written through");
        }
        finally
        {
            _ = Native.Close(descriptor);
        }
    }

    /// <summary>Whether an error says that the file system is full or the user's quota used up.</summary>
    /// <param name="error">The error.</param>
    public static bool IsDiskFull(Exception error) => error is IOException
        && (OperatingSystem.IsWindows() ? error.HResult == WindowsDiskFull : error.HResult is NoSpace or QuotaExceeded);
}
