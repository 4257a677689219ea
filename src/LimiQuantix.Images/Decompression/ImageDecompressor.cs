using System.Threading.Channels;
using LimiQuantix.Disks;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Library;
using LimiQuantix.Operations;
using Microsoft.Win32.SafeHandles;

namespace LimiQuantix.Images.Decompression;

/// <summary>Unpacks a compressed image into a sparse file and hashes it on the way. What unpacks to too much is refused.</summary>
internal sealed class ImageDecompressor(ImageLibrary library, ImageLibraryOptions options, TimeProvider time)
{
    private const int BlockBytes = 1 << 20;
    private const int BufferCount = 8;

    public async Task<DownloadedFile> DecompressAsync(
        DownloadedFile packed, Guid imageId, CompressionFormat compression, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var path = library.UnpackedPath(imageId);
        using var digest = new InOrderDigest(expected: null);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var buffers = new ChunkBuffers(BufferCount, BlockBytes);
        var unpacked = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var progress = new TransferProgress("decompress", packed.LengthBytes, time, report);
        // Decompressors work synchronously: they get a thread of the pool for themselves.
        var unpacking = Task.Run(() => UnpackAsync(packed, compression, file, buffers, unpacked.Writer, progress, stop.Token), cancellationToken);
        var hashing = digest.ConsumeAsync(unpacked.Reader, buffers, stop.Token);
        await FirstFailure.WhenAllAsync([unpacking, hashing], stop).ConfigureAwait(false);
        var length = await unpacking.ConfigureAwait(false);
        RandomAccess.SetLength(file, length);
        await Task.Run(() => RandomAccess.FlushToDisk(file), cancellationToken).ConfigureAwait(false);
        progress.Finish();
        return new DownloadedFile { Path = path, LengthBytes = length, Sha256 = digest.Finish().Sha256 };
    }

    private async Task<long> UnpackAsync(
        DownloadedFile packed,
        CompressionFormat compression,
        SafeFileHandle file,
        ChunkBuffers buffers,
        ChannelWriter<Chunk> unpacked,
        TransferProgress progress,
        CancellationToken cancellationToken)
    {
        using var input = new FileStream(packed.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BlockBytes);
        using var source = Decompression.Open(input, compression, options.MaximumWindowBytes);
        var offset = 0L;
        var consumed = 0L;
        for (var index = 0; ; index++)
        {
            var buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
            var length = Decompression.Fill(source, buffer, compression);
            CheckSize(offset + length, packed.LengthBytes);
            if (length > 0)
            {
                library.EnsureFree(length, options.ReservedFreeBytes);
                await SparseFile.WriteAsync(file, buffer.AsMemory(0, length), offset, cancellationToken).ConfigureAwait(false);
                await unpacked.WriteAsync(new Chunk(index, buffer, length), cancellationToken).ConfigureAwait(false);
            }

            offset += length;
            progress.Add(input.Position - consumed);
            consumed = input.Position;
            if (length < buffer.Length) break;
        }

        unpacked.Complete();
        return offset;
    }

    private void CheckSize(long unpacked, long packed)
    {
        var isBomb = unpacked > options.FreeExpansionBytes && unpacked / Math.Max(1, packed) >= options.MaximumExpansionRatio;
        if (!isBomb && unpacked <= options.MaximumImageBytes) return;
        throw new LimiQuantixException(
            ErrorCodes.UnsupportedFormat,
            $"The {packed} bytes of the compressed image unpack to more than {unpacked} bytes, which is refused.",
            "Obtain the image from a publisher you trust; the limits are MaximumImageBytes and MaximumExpansionRatio of the image library.");
    }
}
