using LimiQuantix.Disks;

namespace LimiQuantix.Images.Library;

/// <summary>
/// That one job at a time, of this process or another one of the same library, writes what an import fetches: an engine that was superseded may still have its
/// job, and what that comes to serves its successor. An exclusive open is a lock (flock) that a process's death takes away.
/// </summary>
internal static class ImportLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until nobody else works on the import.</summary>
    /// <returns>The lock, until it is disposed.</returns>
    public static async Task<IAsyncDisposable> AcquireAsync(ImageLibrary library, Guid importId, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(library.LockPath(importId), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException) && !DurableFile.IsDiskFull(error))
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
