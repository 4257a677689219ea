using LimiQuantix.Core.Images.Library;
using LimiQuantix.Disks;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Conversion;

/// <summary>Gives an image of the library in another format, as a temporary file beside the library.</summary>
internal sealed class ImageConverter(ImageLibrary library, ImageLibraryOptions options, QemuImg qemuImg)
{
    /// <summary>qemu-img tells every percent; one of the largest images takes minutes on a slow disk.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>How many bytes an image has in a format, at most.</summary>
    /// <param name="path">The image, which was inspected: it names no other file.</param>
    /// <param name="from">Its format.</param>
    /// <param name="to">The format to be.</param>
    /// <param name="virtualSizeBytes">The disk that a guest sees.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<long> MeasureAsync(string path, DiskFormat from, DiskFormat to, long virtualSizeBytes, CancellationToken cancellationToken) =>
        to == DiskFormat.Raw ? virtualSizeBytes : await MeasureQcow2Async(path, from, cancellationToken).ConfigureAwait(false);

    /// <summary>Converts an image.</summary>
    /// <param name="path">The image, which was inspected: it names no other file.</param>
    /// <param name="from">Its format.</param>
    /// <param name="to">The format to be.</param>
    /// <param name="progress">Gets the percent done.</param>
    /// <param name="cancellationToken">Ends the conversion, which then leaves nothing.</param>
    /// <returns>The file, open for reading; closing it deletes it.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InsufficientSpace"/>; or as <see cref="ConversionFailures.From"/> has it.</exception>
    public async Task<FileStream> ConvertAsync(
        string path, DiskFormat from, DiskFormat to, Action<double> progress, CancellationToken cancellationToken)
    {
        // What is allocated in any format: a raw file gets holes where the image has nothing.
        library.EnsureFree(await MeasureQcow2Async(path, from, cancellationToken).ConfigureAwait(false), options.ReservedFreeBytes);
        var converted = library.NewConvertedPath(to);
        try
        {
            await qemuImg.ConvertAsync(
                path, Name(from), converted, Name(to), new QemuImgRun { SilenceTimeout = Patience, Progress = progress }, cancellationToken).ConfigureAwait(false);
            return new FileStream(
                converted, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan | FileOptions.DeleteOnClose);
        }
        catch (Exception error)
        {
            File.Delete(converted);
            if (error is DiskFileException failure) throw ConversionFailures.From(failure);
            throw;
        }
    }

    private async Task<long> MeasureQcow2Async(string path, DiskFormat format, CancellationToken cancellationToken)
    {
        try
        {
            return await qemuImg.MeasureAsync(path, Name(format), new QemuImgRun { Timeout = Patience }, cancellationToken).ConfigureAwait(false);
        }
        catch (DiskFileException error)
        {
            throw ConversionFailures.From(error);
        }
    }

    private static DiskFileFormat Name(DiskFormat format) => format == DiskFormat.Qcow2 ? DiskFileFormat.Qcow2 : DiskFileFormat.Raw;
}
