using LimiQuantix.Disks;
using LimiQuantix.Images.Decompression;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Formats;
using LimiQuantix.Images.Library;
using LimiQuantix.Operations;

namespace LimiQuantix.Images;

/// <summary>Everything before an image may enter the library: download, verify, decompress, inspect.</summary>
internal sealed class ImagePreparation(ImageDownloader downloader, ImageDecompressor decompressor, ImageLibrary library)
{
    public async Task<PreparedImage> PrepareAsync(DownloadRequest request, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        try
        {
            var file = await downloader.DownloadAsync(request, report, cancellationToken).ConfigureAwait(false);
            var compression = await DetectAsync(file.Path, cancellationToken).ConfigureAwait(false);
            if (compression != CompressionFormat.None)
                file = await decompressor.DecompressAsync(file, request.ImageId, compression, report, cancellationToken).ConfigureAwait(false);
            report(new OperationProgress { Step = "inspect" });
            return new PreparedImage(file.Path, await InspectAsync(file, cancellationToken).ConfigureAwait(false));
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            throw DownloadFailures.DiskFull(library.Directory, error);
        }
    }

    private static async Task<CompressionFormat> DetectAsync(string path, CancellationToken cancellationToken)
    {
        var head = new byte[CompressionSignature.Length];
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        var length = await RandomAccess.ReadAsync(file, head, 0, cancellationToken).ConfigureAwait(false);
        return CompressionSignature.Detect(head.AsSpan(0, length));
    }

    private static async Task<StoredImage> InspectAsync(DownloadedFile file, CancellationToken cancellationToken)
    {
        var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using var _ = stream.ConfigureAwait(false);
        var info = await DiskImageInspector.InspectAsync(stream, cancellationToken).ConfigureAwait(false);
        return new StoredImage
        {
            Digest = file.Sha256,
            // An optical disc is the disk's bytes as they are.
            Format = info.Format == DiskFileFormat.Qcow2 ? DiskFormat.Qcow2 : DiskFormat.Raw,
            SizeBytes = file.LengthBytes,
            VirtualSizeBytes = info.VirtualSizeBytes,
        };
    }
}
