using LimiQuantix.Disks;

namespace LimiQuantix.Images.Formats;

/// <summary>
/// Tells what a file of unknown origin is before anything else opens it. Reads its first 68 KiB and its last 512 bytes, no more.
/// </summary>
internal static class DiskImageInspector
{
    /// <summary>Inspects a decompressed image.</summary>
    /// <param name="image">A seekable stream over the whole file; its position changes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotADiskImage"/>: no known format; <see cref="ErrorCodes.UnsupportedFormat"/>: a format, a feature or a
    /// mixture of formats that is refused.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static async Task<DiskImageInfo> InspectAsync(Stream image, CancellationToken cancellationToken)
    {
        long length = image.Length;
        byte[] head = await ReadAsync(image, 0, (int)Math.Min(length, DiskFileSignatures.HeadLength), cancellationToken).ConfigureAwait(false);
        int tailLength = (int)Math.Min(length, DiskFileSignatures.TailLength);
        byte[] tail = await ReadAsync(image, length - tailLength, tailLength, cancellationToken).ConfigureAwait(false);
        return Inspect(head, tail, length);
    }

    /// <summary>The same over bytes already read: the first 68 KiB, the last 512 bytes and the length of the file.</summary>
    /// <exception cref="LimiQuantixException">As <see cref="InspectAsync"/> has it.</exception>
    public static DiskImageInfo Inspect(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long length)
    {
        IReadOnlyList<DiskFileFormat> formats = DiskFileSignatures.Find(head, tail, length);
        if (formats.Count == 0)
            throw NotADiskImage.Explain(head, length);
        if (formats.Count > 1)
        {
            throw new LimiQuantixException(
                ErrorCodes.UnsupportedFormat,
                $"The file is refused: it looks like {string.Join(" and ", formats)} at once, as a crafted file does.",
                "Obtain the image from its publisher again.");
        }
        return formats[0] switch
        {
            DiskFileFormat.Qcow2 => FromQcow2(Qcow2Policy.Read(head, length)),
            DiskFileFormat.Raw or DiskFileFormat.Iso => new DiskImageInfo
            {
                Format = formats[0],
                VirtualSizeBytes = RoundToSectors(length),
            },
            _ => throw new LimiQuantixException(
                ErrorCodes.UnsupportedFormat,
                $"The image has the format {formats[0]}, which is not accepted.",
                "Convert it on a machine you trust it with: qemu-img convert -O qcow2 IMAGE NEW."),
        };
    }

    private static DiskImageInfo FromQcow2(Qcow2Header header) => new()
    {
        Format = DiskFileFormat.Qcow2,
        VirtualSizeBytes = RoundToSectors(header.VirtualSizeBytes),
        Qcow2 = header,
    };

    private static long RoundToSectors(long bytes) => checked(bytes + 511) / 512 * 512;

    private static async Task<byte[]> ReadAsync(Stream image, long offset, int count, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[count];
        image.Position = offset;
        await image.ReadExactlyAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer;
    }
}
