using System.Threading.Channels;
using LimiQuantix.Images;

namespace LimiQuantix.Images.Download;

/// <summary>Downloads a file from a source without usable ranges: one stream, written and hashed while more is received.</summary>
internal sealed class SequentialDownload(
    IImageSource source, LocationTrust trust, PartialDownload partial, InOrderDigest digest, TransferProgress progress)
{
    private const int BufferCount = 4;

    /// <summary>Downloads everything and gives its length. The caller tries again from the beginning.</summary>
    public async Task<long> RunAsync(ImageSourceInfo info, int chunkBytes, long maximumBytes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var buffers = new ChunkBuffers(BufferCount, chunkBytes);
        var received = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var receiving = ReceiveAsync(info, buffers, received.Writer, maximumBytes, stop.Token);
        var hashing = digest.ConsumeAsync(received.Reader, buffers, stop.Token);
        await FirstFailure.WhenAllAsync([receiving, hashing], stop).ConfigureAwait(false);
        return await receiving.ConfigureAwait(false);
    }

    private async Task<long> ReceiveAsync(
        ImageSourceInfo info, ChunkBuffers buffers, ChannelWriter<Chunk> received, long maximumBytes, CancellationToken cancellationToken)
    {
        var stream = await source.OpenAsync(new ImageRangeRequest { Location = info.Location, Validator = info.Validator, Trust = trust }, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var offset = 0L;
        for (var index = 0; ; index++)
        {
            var buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
            var length = await FillAsync(stream, buffer, cancellationToken).ConfigureAwait(false);
            if (offset + length > maximumBytes) throw DownloadFailures.TooLarge(maximumBytes);
            if (length > 0)
            {
                await partial.WriteAsync(offset, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                await received.WriteAsync(new Chunk(index, buffer, length), cancellationToken).ConfigureAwait(false);
            }

            offset += length;
            if (length == buffer.Length) continue;
            if (info.LengthBytes is { } expected && expected != offset) throw DownloadFailures.EndedEarly(0, offset, expected);
            received.Complete();
            return offset;
        }
    }

    private async Task<int> FillAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            filled += count;
            progress.Add(count);
        }

        return filled;
    }
}
