using LimiQuantix.Disks;
using LimiQuantix.Images.Download;

namespace LimiQuantix.Images.Library;

/// <summary>
/// The library's folder. Images are at <c>sha256/HEX.FORMAT</c>, named by what they hold; what is not whole yet is at
/// <c>partial/ID.*</c>, named by the image that it becomes.
/// </summary>
internal sealed class ImageLibrary
{
    private const string DeletingSuffix = ".deleting";
    private const string LockName = "installation.collecting";
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLockWait = TimeSpan.FromMinutes(1);
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
        File.Move(path, PathOf(sha256, format), overwrite: true);
        DurableFile.FlushFolder(_images);
    }

    /// <summary>Deletes what an import left unfinished.</summary>
    public void DeletePartials(Guid imageId)
    {
        // The journal first: a file without journal is never resumed.
        File.Delete(JournalPath(imageId));
        File.Delete(PartialPath(imageId));
        File.Delete(UnpackedPath(imageId));
    }

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

    /// <summary>The digests of the files in the library, also of those whose deletion was interrupted.</summary>
    public IReadOnlySet<ImageDigest> ListDigests()
    {
        HashSet<ImageDigest> digests = [];
        foreach (var path in System.IO.Directory.EnumerateFiles(_images))
        {
            if (ImageDigest.TryParse("sha256:" + Path.GetFileName(path).Split('.')[0], out var digest)) digests.Add(digest);
        }

        return digests;
    }

    /// <summary>
    /// Deletes a digest's files unless some image has it. Another process may just be committing the same bytes: it notes the
    /// digest before it moves its file in place, and here the file is set aside before the images are asked once more. So one
    /// of the two sees the other, and the file stays. Collectors exclude one another, in this process and in all others.
    /// </summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>: another process collects for too long.</exception>
    public async Task RemoveUnusedAsync(ImageDigest sha256, Func<Task<bool>> isUsed, CancellationToken cancellationToken)
    {
        var others = await LockOthersOutAsync(cancellationToken).ConfigureAwait(false);
        await using (others.ConfigureAwait(false)) await CollectAsync(sha256, isUsed).ConfigureAwait(false);
    }

    private async Task CollectAsync(ImageDigest sha256, Func<Task<bool>> isUsed)
    {
        if (!await isUsed().ConfigureAwait(false))
        {
            foreach (var path in Files(sha256, aside: false)) File.Move(path, path + DeletingSuffix, overwrite: true);
        }

        var aside = Files(sha256, aside: true);
        var used = aside.Count > 0 && await isUsed().ConfigureAwait(false);
        foreach (var path in aside)
        {
            var original = path[..^DeletingSuffix.Length];
            if (used && !File.Exists(original)) File.Move(path, original);
            else File.Delete(path);
        }
    }

    // An exclusive open is a lock (flock), within a process too, that its process's death takes away.
    private async Task<FileStream> LockOthersOutAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += LockPause)
        {
            try
            {
                return new FileStream(Path.Combine(Directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException) && !DurableFile.IsDiskFull(error))
            {
                if (waited >= LongestLockWait)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.Unavailable, $"Another process has been tidying the image library '{Directory}' for a minute: {error.Message}",
                        "End the process that holds the file, or wait for it.", Directory, isTransient: true, innerException: error);
                }
            }

            await Task.Delay(LockPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<string> Files(ImageDigest sha256, bool aside) =>
        [.. System.IO.Directory.EnumerateFiles(_images, sha256.Hex + ".*").Where(path => path.EndsWith(DeletingSuffix, StringComparison.Ordinal) == aside)];

    private string PartialPath(Guid imageId, string what) => Path.Combine(_partials, $"{imageId:D}.{what}");

    private static string Extension(DiskFormat format) => format == DiskFormat.Qcow2 ? "qcow2" : "raw";
}
