using System.Buffers;

namespace LibvirtSharp;

public sealed partial class StorageVolume
{
    /// <summary>Opens a stream of the volume's content.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="length">How much; 0 to the end.</param>
    /// <param name="flags">With <see cref="StorageVolDownloadFlags.SparseStream"/> holes come as holes: <see cref="LibvirtStream.ReadSparseAsync"/>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<LibvirtStream> OpenDownloadAsync(
        long offset = 0, long length = 0, StorageVolDownloadFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.StorageVolDownloadAsync(Ref, WireNumber.Of(offset), WireNumber.Of(length), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Opens a stream that overwrites the volume's content, from <paramref name="offset"/> on. It is complete only after <see cref="LibvirtStream.FinishAsync"/>.
    /// </summary>
    /// <remarks>
    /// A hole sent to a file is no zeros: libvirt moves over it, what was there stays, and cuts the file off where the hole ends. Send holes only
    /// into a volume without data, and end with one that reaches its capacity; <see cref="UploadAsync"/> does so.
    /// </remarks>
    /// <param name="offset">Where to begin.</param>
    /// <param name="length">How much will come; 0 for no limit.</param>
    /// <param name="flags">With <see cref="StorageVolUploadFlags.SparseStream"/> holes may be sent: <see cref="LibvirtStream.WriteHoleAsync"/>.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public async Task<LibvirtStream> OpenUploadAsync(
        long offset = 0, long length = 0, StorageVolUploadFlags flags = 0, CancellationToken cancellationToken = default)
    {
        LibvirtStream stream = await Remote.StorageVolUploadAsync(Ref, WireNumber.Of(offset), WireNumber.Of(length), (uint)flags, cancellationToken).ConfigureAwait(false);
        return flags.HasFlag(StorageVolUploadFlags.SparseStream) ? stream : stream.WithoutHoles();
    }

    /// <summary>
    /// Copies the volume's content into a stream. Holes are not transferred; a file or another destination that can seek
    /// keeps them as holes beyond its end; elsewhere, also onto a block device, they are written as zeros.
    /// </summary>
    /// <param name="destination">Where the bytes go, from its present position on.</param>
    /// <param name="progress">Told the bytes that are done, holes counted.</param>
    /// <param name="cancellationToken">Aborts the transfer.</param>
    /// <exception cref="ArgumentException">The destination cannot be written.</exception>
    public async Task DownloadAsync(Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.CanWrite)
            throw new ArgumentException("It cannot be written.", nameof(destination));
        bool holes = destination.CanHaveHoles();
        LibvirtStream source = await OpenDownloadAsync(0, 0, StorageVolDownloadFlags.SparseStream, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            long done = 0;
            while (await source.TakeAsync(cancellationToken).ConfigureAwait(false) is { IsEnd: false } piece)
            {
                try
                {
                    if (piece.Array is null)
                        await WriteHoleAsync(destination, piece.Hole, holes, cancellationToken).ConfigureAwait(false);
                    else
                        await destination.WritePieceAsync(piece.Data, cancellationToken).ConfigureAwait(false);
                    progress?.Report(done += piece.Length + piece.Hole);
                }
                finally
                {
                    piece.Return();
                }
            }
            await source.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        if (holes && destination.Position > destination.Length)
            destination.SetLength(destination.Position);
    }

    /// <summary>
    /// Overwrites the volume's content with a stream's, from its present position to its end; what the volume has beyond stays. Into a file
    /// that has no data yet (<see cref="StorageVolumeInfo.AllocationBytes"/> is 0) blocks of zeros are sent as holes, so that a sparse file
    /// stays sparse, and a file's own holes are skipped without being read where the system can tell them. Elsewhere zeros are written.
    /// </summary>
    /// <param name="source">Where the bytes come from.</param>
    /// <param name="progress">Told the bytes that are done, holes counted.</param>
    /// <param name="cancellationToken">Aborts the transfer. As after any failure, the volume then has a part of the content, and one that had no data may be smaller.</param>
    /// <exception cref="ArgumentException">The source cannot be read.</exception>
    public async Task UploadAsync(Stream source, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.CanRead)
            throw new ArgumentException("It cannot be read.", nameof(source));
        StorageVolumeInfo info = await GetInfoAsync(0, cancellationToken).ConfigureAwait(false);
        bool empty = info is { Type: StorageVolType.File, AllocationBytes: 0 };
        LibvirtStream destination = await OpenUploadAsync(0, 0, empty ? StorageVolUploadFlags.SparseStream : 0, cancellationToken).ConfigureAwait(false);
        await using (destination.ConfigureAwait(false))
        {
            if (empty)
                await SparseUpload.CopyAsync(source, destination, info.CapacityBytes, progress, cancellationToken).ConfigureAwait(false);
            else
                await CopyAsync(source, destination, progress, cancellationToken).ConfigureAwait(false);
            await destination.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CopyAsync(Stream source, LibvirtStream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SparseUpload.BufferSize);
        try
        {
            for (long done = 0; await source.ReadPieceAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count;)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                progress?.Report(done += count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteHoleAsync(Stream destination, long length, bool holes, CancellationToken cancellationToken)
    {
        // Seeking over what is already there would keep its old bytes: only the part beyond the end can be a hole.
        long overwritten = holes ? Math.Clamp(destination.Length - destination.Position, 0, length) : length;
        await destination.WriteZerosAsync(overwritten, cancellationToken).ConfigureAwait(false);
        if (length > overwritten)
            destination.Seek(length - overwritten, SeekOrigin.Current);
    }
}
