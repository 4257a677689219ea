using LimiQuantix.Disks;
using LimiQuantix.Images.Download;

namespace LimiQuantix.Images.Library;

/// <summary>
/// The library's folder. Images are at <c>sha256/HEX.FORMAT</c>, named by what they hold; what is not whole yet is at
/// <c>partial/ID.*</c>, named by the image that it becomes.
/// </summary>
internal sealed class ImageLibrary
{
    private static readonly DiskFormat[] Formats = [DiskFormat.Qcow2, DiskFormat.Raw];
    private readonly string _images;
    private readonly string _partials;

    public ImageLibrary(string directory)
    {
        Directory = directory;
        _images = Path.Combine(directory, "sha256");
        _partials = Path.Combine(directory, "partial");
    }

    public string Directory { get; }

    /// <summary>Where an image's bytes are once it is ready.</summary>
    public string PathOf(ImageDigest sha256, DiskFormat format) => Path.Combine(_images, $"{sha256.Hex}.{Extension(format)}");

    public string PartialPath(Guid imageId) => PartialPath(imageId, "part");

    public string JournalPath(Guid imageId) => PartialPath(imageId, "journal");

    public string UnpackedPath(Guid imageId) => PartialPath(imageId, "unpacked");

    /// <summary>Says what an import came to that waits to be committed.</summary>
    public string SealPath(Guid imageId) => PartialPath(imageId, "sealed");

    /// <summary>Held while a job works on an import.</summary>
    public string LockPath(Guid imageId) => PartialPath(imageId, "lock");

    /// <summary>Makes the folders and marks them as this installation's.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.FailedPrecondition"/>: another installation's library. <see cref="ErrorCodes.PermissionDenied"/>.
    /// </exception>
    public void Open(Guid installationId)
    {
        try
        {
            System.IO.Directory.CreateDirectory(_images);
            System.IO.Directory.CreateDirectory(_partials);
            InstallationMark.Claim(Directory, installationId);
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            throw DownloadFailures.DiskFull(Directory, error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"The image library '{Directory}' cannot be used: {error.Message}",
                "Let this process write there, or choose another folder.",
                Directory,
                innerException: error);
        }
    }

    /// <summary>Refuses what would not fit.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InsufficientSpace"/>.</exception>
    public void EnsureFree(long neededBytes, long reservedBytes)
    {
        var free = new DriveInfo(Directory).AvailableFreeSpace - reservedBytes;
        if (neededBytes > free) throw DownloadFailures.NotEnoughSpace(Directory, neededBytes, Math.Max(0, free));
    }

    /// <summary>Puts a whole, flushed file into the library. A file with the same bytes is replaced.</summary>
    public void Commit(string path, ImageDigest sha256, DiskFormat format)
    {
        FileVerification.Mark(path);
        File.Move(path, PathOf(sha256, format), overwrite: true);
        DurableFile.FlushFolder(_images);
    }

    /// <summary>Deletes what an import left unfinished.</summary>
    public void DeletePartials(Guid imageId)
    {
        File.Delete(SealPath(imageId));
        File.Delete(SealPath(imageId) + ".draft");
        // The journal first: a file without journal is never resumed.
        File.Delete(JournalPath(imageId));
        File.Delete(PartialPath(imageId));
        File.Delete(UnpackedPath(imageId));
        File.Delete(LockPath(imageId));
    }

    /// <summary>What an import has so far, as a text that changes whenever a file of it does.</summary>
    public string PartialsOf(Guid imageId) => string.Join('|', new[] { PartialPath(imageId), JournalPath(imageId), UnpackedPath(imageId), SealPath(imageId) }.Select(path =>
    {
        FileInfo file = new(path);
        return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "";
    }));

    /// <summary>The images that have unfinished files.</summary>
    public IReadOnlySet<Guid> ListPartials()
    {
        HashSet<Guid> ids = [];
        foreach (var path in System.IO.Directory.EnumerateFiles(_partials))
        {
            if (Guid.TryParseExact(Path.GetFileName(path).Split('.')[0], "D", out var id)) ids.Add(id);
        }

        return ids;
    }

    /// <summary>The files, and those that are set aside with the name of that.</summary>
    public IReadOnlyList<LibraryFile> List() =>
        [.. System.IO.Directory.EnumerateFiles(_images).Select(LibraryFile.Of).OfType<LibraryFile>()];

    /// <summary>Where a digest's file is; null when the library does not have it.</summary>
    public string? Find(ImageDigest sha256) =>
        sha256.Algorithm != "sha256" ? null : Formats.Select(format => PathOf(sha256, format)).FirstOrDefault(File.Exists);

    /// <summary>Takes a digest's file out of the library, under a name of its own: two who do it do not take each other's.</summary>
    public void SetAside(ImageDigest sha256, Guid id)
    {
        foreach (var path in Formats.Select(format => PathOf(sha256, format))) MoveIfThere(path, LibraryFile.Aside(path, id));
    }

    /// <summary>Puts back what was set aside under a name; what was committed meanwhile has the same bytes and stays.</summary>
    public void Restore(ImageDigest sha256, Guid id)
    {
        foreach (var path in Formats.Select(format => PathOf(sha256, format)))
        {
            if (File.Exists(path)) File.Delete(LibraryFile.Aside(path, id));
            else MoveIfThere(LibraryFile.Aside(path, id), path);
        }
    }

    /// <summary>Deletes what was set aside under a name.</summary>
    public void Delete(ImageDigest sha256, Guid id)
    {
        foreach (var format in Formats) File.Delete(LibraryFile.Aside(PathOf(sha256, format), id));
    }

    private static void MoveIfThere(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Somebody else was first, or it never was there.
        }
    }

    private string PartialPath(Guid imageId, string what) => Path.Combine(_partials, $"{imageId:D}.{what}");

    private static string Extension(DiskFormat format) => format == DiskFormat.Qcow2 ? "qcow2" : "raw";
}
