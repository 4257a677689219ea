using System.Collections.Concurrent;
using System.Security.Cryptography;
using LimiQuantix.Images.Formats;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Library;

/// <summary>
/// Tells whether a file of the library still is what its name says. What is committed gets a time of its own; a file with another time was written to by
/// somebody, or is of an earlier version, and is read and hashed once. One that is damaged is deleted, so that it is fetched again.
/// </summary>
internal sealed partial class FileVerification(ImageLibrary library, ILogger logger)
{
    // No writer leaves this time behind by accident.
    private static readonly DateTime Verified = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
    private readonly ConcurrentDictionary<string, Task<bool>> _running = new(StringComparer.Ordinal);

    /// <summary>Marks a file whose bytes were just hashed.</summary>
    public static void Mark(string path) => File.SetLastWriteTimeUtc(path, Verified);

    /// <summary>Gives a digest's file when the library has it, whole.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>: it cannot be read.</exception>
    public async Task<(string Path, StoredImage Image)?> FindAsync(ImageDigest digest, CancellationToken cancellationToken)
    {
        try
        {
            while (library.Find(digest) is { } path)
            {
                if (File.GetLastWriteTimeUtc(path) == Verified) return (path, await DescribeAsync(digest, path, cancellationToken).ConfigureAwait(false));
                // The work is nobody's own: a caller that goes away leaves it to the next one.
                var verifying = _running.GetOrAdd(path, key => Task.Run(() => VerifyAsync(digest, key), CancellationToken.None));
                if (!await verifying.WaitAsync(cancellationToken).ConfigureAwait(false)) return null;
            }

            return null;
        }
        catch (FileNotFoundException)
        {
            // It went meanwhile.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"The image library's file of {digest} cannot be read: {error.Message}", "Let this process read and write it, and look at its disk.",
                library.Directory, innerException: error);
        }
    }

    private static async Task<StoredImage> DescribeAsync(ImageDigest digest, string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        await using var _ = file.ConfigureAwait(false);
        var info = await DiskImageInspector.InspectAsync(file, cancellationToken).ConfigureAwait(false);
        return new StoredImage
        {
            Digest = digest,
            Format = info.Format == Disks.DiskFileFormat.Qcow2 ? DiskFormat.Qcow2 : DiskFormat.Raw,
            SizeBytes = file.Length,
            VirtualSizeBytes = info.VirtualSizeBytes,
        };
    }

    private async Task<bool> VerifyAsync(ImageDigest digest, string path)
    {
        try
        {
            string actual;
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false)) actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file).ConfigureAwait(false));
            if (actual == digest.Hex)
            {
                Mark(path);
                return true;
            }

            LogDamaged(path, actual);
            File.Delete(path);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        finally
        {
            _running.TryRemove(path, out _);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The image library's file {Path} was damaged: its bytes have the SHA-256 {Actual}. It is deleted, and fetched again when it is wanted")]
    private partial void LogDamaged(string path, string actual);
}
