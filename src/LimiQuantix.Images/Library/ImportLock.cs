using LimiQuantix.Disks;

namespace LimiQuantix.Images.Library;

/// <summary>
/// That one job at a time, of this process or another one of the same library, writes what an import fetches: an engine that was superseded may still have its
/// job, and what that comes to serves its successor. An exclusive open is a lock (flock) that a process's death takes away; one that is frozen keeps it, so
/// whoever waits goes on without it once the import's files have not moved for a while. Both then write the same bytes to the same places, and the digest judges.
/// </summary>
internal static class ImportLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Stillness = TimeSpan.FromSeconds(10);

    /// <summary>Waits until nobody else works on the import.</summary>
    /// <returns>The lock, until it is disposed; <see langword="null"/> when the one who has it does not move.</returns>
    public static async Task<IDisposable?> AcquireAsync(ImageLibrary library, Guid importId, TimeProvider time, CancellationToken cancellationToken)
    {
        var (seen, since) = (library.PartialsOf(importId), time.GetTimestamp());
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
                if (library.PartialsOf(importId) is var now && now != seen) (seen, since) = (now, time.GetTimestamp());
                else if (time.GetElapsedTime(since) > Stillness) return null;
            }
        }
    }
}
