using System.Buffers;
using LimiQuantix.Core.Images.Conversion;
using LimiQuantix.Core.Images.Formats;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Images;
using LimiQuantix.Operations;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Puts an image's bytes into a pool as a base, once per digest, so that a machine's disk never depends on the library, which is
/// evictable. An image in a format that the pool does not take is converted.
/// </summary>
internal sealed class BasePublisher(ImageLibrary library, ImageConverter converter)
{
    private const int BufferBytes = 1 << 20;
    private static readonly DiskFormat[] Formats = [DiskFormat.Qcow2, DiskFormat.Raw];

    public async Task PublishAsync(ImageDigest digest, IStorageBackend pool, OperationContext context, CancellationToken cancellationToken)
    {
        context.Report(new OperationProgress { Step = MachineStepNames.Base });
        var path = Formats.Select(format => library.PathOf(digest, format)).FirstOrDefault(File.Exists);

        // The pool may still have the base from another machine; the volume's ensure then finds it, or says that it is missing.
        if (path is null) return;

        var image = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (image.ConfigureAwait(false))
        {
            var definition = await DescribeAsync(digest, image, cancellationToken).ConfigureAwait(false);
            var accepted = (await pool.GetStatusAsync(cancellationToken).ConfigureAwait(false)).BaseFormats;
            if (accepted.Contains(definition.Format)) await WriteAsync(image, definition, pool, context, cancellationToken).ConfigureAwait(false);
            else await ConvertAsync(path, definition, accepted, pool, context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<BaseDefinition> DescribeAsync(ImageDigest digest, FileStream image, CancellationToken cancellationToken)
    {
        var info = await DiskImageInspector.InspectAsync(image, cancellationToken).ConfigureAwait(false);
        return new BaseDefinition
        {
            Digest = digest,
            Format = info.Format == DiskImageFormat.Qcow2 ? DiskFormat.Qcow2 : DiskFormat.Raw,
            LengthBytes = image.Length,
            VirtualSizeBytes = info.VirtualSizeBytes,
        };
    }

    private async Task ConvertAsync(
        string path, BaseDefinition original, IReadOnlyList<DiskFormat> accepted, IStorageBackend pool, OperationContext context, CancellationToken cancellationToken)
    {
        var wanted = Formats.Where(accepted.Contains).Cast<DiskFormat?>().FirstOrDefault() ?? throw ConversionFailures.NoFormat(original.Format.ToString());
        var length = await converter.MeasureAsync(path, original.Format, wanted, original.VirtualSizeBytes, cancellationToken).ConfigureAwait(false);

        // Only to ask whether it is there: a conversion for every machine of an image would be dear.
        var probe = await pool.BeginBaseAsync(original with { Format = wanted, LengthBytes = length }, cancellationToken).ConfigureAwait(false);
        if (probe is null) return;
        await probe.DisposeAsync().ConfigureAwait(false);

        context.Report(new OperationProgress { Step = MachineStepNames.Convert });
        var converted = await converter.ConvertAsync(path, original.Format, wanted, Report, cancellationToken).ConfigureAwait(false);
        await using (converted.ConfigureAwait(false))
        {
            var definition = await DescribeAsync(original.Digest, converted, cancellationToken).ConfigureAwait(false);
            await WriteAsync(converted, definition with { Format = wanted }, pool, context, cancellationToken).ConfigureAwait(false);
        }

        void Report(double percent) => context.Report(new OperationProgress
        {
            Step = MachineStepNames.Convert,
            Completed = (long)(original.VirtualSizeBytes * percent / 100),
            Total = original.VirtualSizeBytes,
        });
    }

    private static async Task WriteAsync(
        FileStream image, BaseDefinition definition, IStorageBackend pool, OperationContext context, CancellationToken cancellationToken)
    {
        var writer = await pool.BeginBaseAsync(definition, cancellationToken).ConfigureAwait(false);
        if (writer is null) return;
        await using (writer.ConfigureAwait(false))
        {
            await CopyAsync(image, writer, context, cancellationToken).ConfigureAwait(false);
            await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(FileStream image, IVolumeWriter writer, OperationContext context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            image.Position = 0;
            long offset = 0;
            int read;
            while ((read = await image.ReadAtLeastAsync(buffer, BufferBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
            {
                // What is skipped reads as zeroes; the last piece is always written, because it says how long the base is.
                var piece = buffer.AsMemory(0, read);
                if (offset + read == image.Length || piece.Span.ContainsAnyExcept((byte)0))
                    await writer.WriteAsync(offset, piece, cancellationToken).ConfigureAwait(false);
                offset += read;
                context.Report(new OperationProgress { Step = MachineStepNames.Base, Completed = offset, Total = image.Length });
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
