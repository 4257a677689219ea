using System.Globalization;
using System.Text.Json;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Conversion;

/// <summary>Gives an image of the library in another format, as a temporary file beside the library.</summary>
internal sealed class ImageConverter(ImageLibrary library, ImageLibraryOptions options, QemuImg qemuImg)
{
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
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InsufficientSpace"/>, or as <see cref="QemuImg.RunAsync"/> has it.</exception>
    public async Task<FileStream> ConvertAsync(
        string path, DiskFormat from, DiskFormat to, Action<double> progress, CancellationToken cancellationToken)
    {
        // What is allocated in any format: a raw file gets holes where the image has nothing.
        library.EnsureFree(await MeasureQcow2Async(path, from, cancellationToken).ConfigureAwait(false), options.ReservedFreeBytes);
        var converted = library.NewConvertedPath(to);
        try
        {
            await qemuImg.RunAsync(["convert", "-p", "-f", Name(from), "-O", Name(to), path, converted], progress, cancellationToken).ConfigureAwait(false);
            return new FileStream(
                converted, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous | FileOptions.SequentialScan | FileOptions.DeleteOnClose);
        }
        catch
        {
            File.Delete(converted);
            throw;
        }
    }

    private async Task<long> MeasureQcow2Async(string path, DiskFormat format, CancellationToken cancellationToken)
    {
        var printed = await qemuImg.RunAsync(
            ["measure", "--output=json", "-f", Name(format), "-O", "qcow2", path], null, cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(printed);
            return document.RootElement.GetProperty("required").GetInt64();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LimiQuantixException(
                ErrorCodes.Internal, string.Create(CultureInfo.InvariantCulture, $"qemu-img measure printed what is no measure: {printed}"), innerException: error);
        }
    }

    private static string Name(DiskFormat format) => format == DiskFormat.Qcow2 ? "qcow2" : "raw";
}
