using LimiQuantix.Disks;
using LimiQuantix.Images.Download;

namespace LimiQuantix.Images.Library;

/// <summary>
/// What is left of downloads that failed for a passing reason, at <c>kept/KEY.part</c> and <c>.journal</c>: the next import of the same
/// file, whatever its name, takes it. Bounded by age and by the bytes on the disk.
/// </summary>
internal sealed class KeptDownloads(ImageLibrary library, ImageLibraryOptions options, TimeProvider time)
{
    private const string PartExtension = ".part";
    private const string JournalExtension = ".journal";
    private readonly string _directory = Path.Combine(library.Directory, "kept");

    /// <summary>Keeps what was downloaded of an image; false when that is nothing.</summary>
    public bool Keep(Guid imageId)
    {
        var (part, journal) = (library.PartialPath(imageId), library.JournalPath(imageId));
        if (options.KeptDownloadBytes == 0 || KeyOf(journal) is not { } key || !File.Exists(part)) return false;
        Directory.CreateDirectory(_directory);
        // A file without journal is nothing: the journal goes last, and goes first when another one is replaced.
        File.Delete(PathOf(key, JournalExtension));
        File.Move(part, PathOf(key, PartExtension), overwrite: true);
        File.SetLastWriteTimeUtc(PathOf(key, PartExtension), time.GetUtcNow().UtcDateTime);
        File.Move(journal, PathOf(key, JournalExtension), overwrite: true);
        Trim();
        return true;
    }

    /// <summary>Makes what was kept of a file the image's own; false when there is nothing.</summary>
    public bool TryTake(Guid imageId, JournalHeader header)
    {
        foreach (var key in header.Keys)
        {
            try
            {
                // Whoever moves the journal has it: of two only one can.
                File.Move(PathOf(key, JournalExtension), library.JournalPath(imageId), overwrite: true);
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                continue;
            }

            if (!File.Exists(PathOf(key, PartExtension))) continue;
            File.Move(PathOf(key, PartExtension), library.PartialPath(imageId), overwrite: true);
            return true;
        }

        return false;
    }

    /// <summary>Deletes what is too old, and the oldest of what is too much.</summary>
    public void Trim()
    {
        var oldest = time.GetUtcNow().UtcDateTime - options.KeptDownloadAge;
        var kept = 0L;
        foreach (var part in NewestFirst())
        {
            kept += SparseFile.MeasureData(part.FullName);
            if (kept > options.KeptDownloadBytes || part.LastWriteTimeUtc < oldest || !File.Exists(Path.ChangeExtension(part.FullName, JournalExtension)))
                Delete(part.FullName);
        }
    }

    /// <summary>Deletes the oldest until so many bytes are free: what may be of use gives way to what is wanted.</summary>
    public void MakeRoom(long neededBytes)
    {
        foreach (var part in Enumerable.Reverse(NewestFirst()))
        {
            if (new DriveInfo(_directory).AvailableFreeSpace >= neededBytes) return;
            Delete(part.FullName);
        }
    }

    private List<FileInfo> NewestFirst() => Directory.Exists(_directory)
        ? [.. new DirectoryInfo(_directory).EnumerateFiles("*" + PartExtension).OrderByDescending(part => part.LastWriteTimeUtc)]
        : [];

    private static void Delete(string part)
    {
        File.Delete(Path.ChangeExtension(part, JournalExtension));
        File.Delete(part);
    }

    private static string? KeyOf(string journalPath)
    {
        using var journal = DownloadJournal.Open(journalPath);
        return journal is { Chunks.Count: > 0 } ? journal.Header.Keys[0] : null;
    }

    private string PathOf(string key, string extension) => Path.Combine(_directory, key + extension);
}
