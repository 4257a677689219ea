using System.Runtime.CompilerServices;
using LimiQuantix.Images.Formats;
using LimiQuantix.Nodes;

namespace LimiQuantix.Images.Store;

/// <summary>Looks at the files of a folder that may be disk images: their headers alone, whatever else is in the folder or happens to it meanwhile.</summary>
internal static class FolderScan
{
    private const int MaximumDepth = 16;

    public static async IAsyncEnumerable<ScannedImage> RunAsync(
        NodeId node, ScanImagesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var file in Files(request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await LookAsync(node, file, cancellationToken).ConfigureAwait(false) is { } image) yield return image;
        }
    }

    private static IEnumerable<FileInfo> Files(ScanImagesRequest request)
    {
        if (!Path.IsPathFullyQualified(request.Folder ?? ""))
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The folder is no absolute path.", "Give an absolute path.", nameof(request.Folder));
        var folder = new DirectoryInfo(request.Folder!);
        if (!folder.Exists) throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no folder '{folder.FullName}'.", "Check the path.", folder.FullName);
        try
        {
            // Read once, so that a folder that cannot be is told and not taken for an empty one.
            folder.EnumerateFileSystemInfos().GetEnumerator().MoveNext();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied, $"'{folder.FullName}' may not be read by this process.", "Make the folder readable for it.", folder.FullName, innerException: error);
        }

        return folder.EnumerateFiles("*", new EnumerationOptions
        {
            RecurseSubdirectories = request.IncludesSubfolders,
            MaxRecursionDepth = MaximumDepth,
            IgnoreInaccessible = true,
            ReturnSpecialDirectories = false,
            // A link may lead anywhere, also back into the folder.
            AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
        });
    }

    private static async Task<ScannedImage?> LookAsync(NodeId node, FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            // A pipe, a socket or a device has no length, and opening one can wait for ever or do something.
            if (!File.Exists(file.FullName) || file.Length == 0) return null;
            var found = new ScannedImage
            {
                File = new NodeFile { NodeId = node, Path = file.FullName },
                SizeBytes = file.Length,
                ModifiedAt = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero),
            };
            try
            {
                var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
                await using var _ = stream.ConfigureAwait(false);
                var info = await DiskImageInspector.InspectAsync(stream, cancellationToken).ConfigureAwait(false);
                return found with
                {
                    Format = info.Format == Disks.DiskFileFormat.Qcow2 ? DiskFormat.Qcow2 : DiskFormat.Raw,
                    VirtualSizeBytes = info.VirtualSizeBytes,
                };
            }
            catch (LimiQuantixException error)
            {
                return found with { Error = error.Error };
            }
            catch (UnauthorizedAccessException)
            {
                return found with { Error = Unreadable(ErrorCodes.PermissionDenied, file, "may not be read by this process") };
            }
            catch (IOException error)
            {
                return found with { Error = Unreadable(ErrorCodes.SourceFailed, file, $"cannot be read: {error.Message}") };
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It went while it was looked at.
            return null;
        }
    }

    private static LimiQuantixError Unreadable(string code, FileInfo file, string what) => new() { Code = code, Message = $"'{file.FullName}' {what}.", Target = file.FullName };
}
