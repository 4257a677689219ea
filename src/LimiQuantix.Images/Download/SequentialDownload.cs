using System.IO.Hashing;
using System.Threading.Channels;

namespace LimiQuantix.Images.Download;

/// <summary>
/// Downloads a file in one stream, written and hashed while more is received: from a source without usable ranges. Chunks that an earlier
/// attempt left are taken from there, and what the stream brings of them is passed over.
/// </summary>
internal sealed class SequentialDownload(IImageSource source, PartialDownload partial, InOrderDigest digest, TransferProgress progress)
{
    private const int BufferCount = 4;
    private const int ScratchBytes = 64 << 10;

    /// <summary>Downloads everything and gives its length.</summary>
    /// <param name="request">What to open: the whole file.</param>
    /// <param name="expectedBytes">The length that it must have; null when nobody knows it.</param>
    /// <param name="chunkBytes">The length of a chunk.</param>
    /// <param name="maximumBytes">The most that is taken.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<long> RunAsync(
        ImageRangeRequest request, long? expectedBytes, int chunkBytes, long maximumBytes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var buffers = new ChunkBuffers(BufferCount, chunkBytes);
        var received = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var receiving = ReceiveAsync(request, expectedBytes, buffers, received.Writer, maximumBytes, stop.Token);
        var hashing = digest.ConsumeAsync(received.Reader, buffers, stop.Token);
        await FirstFailure.WhenAllAsync([receiving, hashing], stop).ConfigureAwait(false);
        return await receiving.ConfigureAwait(false);
    }

    private async Task<long> ReceiveAsync(
        ImageRangeRequest request,
        long? expectedBytes,
        ChunkBuffers buffers,
        ChannelWriter<Chunk> received,
        long maximumBytes,
        CancellationToken cancellationToken)
    {
        var stream = await source.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var scratch = new byte[ScratchBytes];
        var offset = 0L;
        for (var index = 0; ; index++)
        {
            var buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
            var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, (expectedBytes ?? long.MaxValue) - offset));
            var isKnown = await partial.TryReadAsync(index, offset, wanted, cancellationToken).ConfigureAwait(false);
            if (isKnown) progress.Skip(wanted.Length);
            var length = isKnown
                ? await PassOverAsync(stream, wanted.Length, scratch, cancellationToken).ConfigureAwait(false)
                : await FillAsync(stream, wanted, cancellationToken).ConfigureAwait(false);
            if (offset + length > maximumBytes) throw DownloadFailures.TooLarge(maximumBytes);
            if (length > 0)
            {
                var bytes = wanted[..length];
                if (!isKnown)
                {
                    await partial.WriteAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
                    if (length == wanted.Length) partial.Note(index, XxHash3.HashToUInt64(bytes.Span));
                }

                offset += length;
                await received.WriteAsync(new Chunk(index, buffer, length), cancellationToken).ConfigureAwait(false);
            }

            if (length == buffer.Length && offset != expectedBytes) continue;
            if (expectedBytes is { } expected && expected != offset) throw DownloadFailures.EndedEarly(0, offset, expected);
            if (expectedBytes is not null && await stream.ReadAsync(scratch, cancellationToken).ConfigureAwait(false) > 0)
                throw DownloadFailures.Longer(offset);
            received.Complete();
            return offset;
        }
    }

    private async Task<int> FillAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = await stream.ReadAsync(buffer[filled..], cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            filled += count;
            progress.Add(count);
        }

        return filled;
    }

    private static async Task<int> PassOverAsync(Stream stream, int length, byte[] scratch, CancellationToken cancellationToken)
    {
        var passed = 0;
        while (passed < length)
        {
            var count = await stream.ReadAsync(scratch.AsMemory(0, Math.Min(scratch.Length, length - passed)), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            passed += count;
        }

        return passed;
    }
}
