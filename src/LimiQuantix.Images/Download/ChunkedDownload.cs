using System.IO.Hashing;
using System.Threading.Channels;
using LimiQuantix.Images;
using Polly;

namespace LimiQuantix.Images.Download;

/// <summary>
/// Downloads a file in parallel ranges. A chunk goes (1) from the source, or from what an earlier attempt left, into a buffer,
/// (2) to the disk, (3) into the journal, (4) into the hash, in the file's order.
/// </summary>
internal sealed class ChunkedDownload(
    IImageSource source, DownloadPlan plan, PartialDownload partial, InOrderDigest digest, ResiliencePipeline retry, TransferProgress progress)
{
    private const int PieceBytes = 512 << 10;
    private int _nextChunk = -1;

    public async Task RunAsync(int parallelism, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Two more than connections, so that those go on while the hash is behind.
        using var buffers = new ChunkBuffers(parallelism + 2, plan.ChunkBytes);
        var received = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true });
        var receiving = ReceiveAllAsync(parallelism, buffers, received.Writer, stop);
        var hashing = digest.ConsumeAsync(received.Reader, buffers, stop.Token);
        await FirstFailure.WhenAllAsync([receiving, hashing], stop).ConfigureAwait(false);
    }

    private async Task ReceiveAllAsync(int parallelism, ChunkBuffers buffers, ChannelWriter<Chunk> received, CancellationTokenSource stop)
    {
        var connections = Math.Min(parallelism, plan.ChunkCount);
        Task[] workers = [.. Enumerable.Range(0, connections).Select(_ => Task.Run(() => ReceiveAsync(buffers, received, stop.Token)))];
        await FirstFailure.WhenAllAsync(workers, stop).ConfigureAwait(false);
        received.Complete();
    }

    private async Task ReceiveAsync(ChunkBuffers buffers, ChannelWriter<Chunk> received, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The buffer first, then the number: the lowest chunk that is missing always has a buffer, so the hash can go on.
            var buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
            var chunk = Interlocked.Increment(ref _nextChunk);
            if (chunk >= plan.ChunkCount)
            {
                buffers.Return(buffer);
                return;
            }

            var bytes = buffer.AsMemory(0, plan.LengthOf(chunk));
            if (await partial.TryReadAsync(chunk, plan.OffsetOf(chunk), bytes, cancellationToken).ConfigureAwait(false))
            {
                progress.Skip(bytes.Length);
            }
            else
            {
                await DownloadAsync(chunk, bytes, cancellationToken).ConfigureAwait(false);
            }

            await received.WriteAsync(new Chunk(chunk, buffer, bytes.Length), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DownloadAsync(int chunk, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        var offset = plan.OffsetOf(chunk);
        var hash = new XxHash3();
        var received = 0;
        var written = 0;
        await retry.ExecuteAsync(ReceiveRestAsync, cancellationToken).ConfigureAwait(false);
        partial.Note(chunk, hash.GetCurrentHashAsUInt64());

        // What a broken connection brought is kept: a retry asks for the rest.
        async ValueTask ReceiveRestAsync(CancellationToken token)
        {
            var request = new ImageRangeRequest
            {
                Location = plan.Location,
                Trust = plan.Trust,
                Offset = offset + received,
                LengthBytes = bytes.Length - received,
                Validator = plan.Validator,
            };
            var stream = await source.OpenAsync(request, token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (received < bytes.Length)
                {
                    var count = await stream.ReadAsync(bytes[received..], token).ConfigureAwait(false);
                    if (count == 0) throw DownloadFailures.EndedEarly(request.Offset, received, bytes.Length);
                    received += count;
                    progress.Add(count);
                    // Piece by piece, while the processor still has the bytes in its cache.
                    if (received - written >= PieceBytes || received == bytes.Length) await WriteAsync(token).ConfigureAwait(false);
                }
            }
        }

        async ValueTask WriteAsync(CancellationToken token)
        {
            var piece = bytes[written..received];
            hash.Append(piece.Span);
            await partial.WriteAsync(offset + written, piece, token).ConfigureAwait(false);
            written = received;
        }
    }
}
