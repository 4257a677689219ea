using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Storage.Directory;

/// <summary>Publishes files so that after a loss of power each is there whole or not at all.</summary>
internal static partial class DurableFile
{
    private const int OpenReadOnly = 0;

    /// <summary>Writes the file through, gives it its name and writes the folder through.</summary>
    /// <exception cref="IOException">The target exists, or the file system fails.</exception>
    public static void Publish(string temporary, string target)
    {
        using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
            RandomAccess.FlushToDisk(file);
        File.Move(temporary, target, overwrite: false);
        SyncFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Makes renames and deletions in a folder last. The framework opens no folders, so this asks libc.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(folder, OpenReadOnly);
        if (descriptor < 0)
            throw Failure(folder);
        try
        {
            if (Sync(descriptor) != 0)
                throw Failure(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string folder) =>
        new($"Cannot write the folder '{folder}' through: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
