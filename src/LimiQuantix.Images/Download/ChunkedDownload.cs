using System.IO.Hashing;
using System.Threading.Channels;
using Polly;

namespace LimiQuantix.Images.Download;

/// <summary>
/// Downloads a file in parallel ranges. A chunk goes (1) from the source, or from what an earlier attempt left, into a buffer,
/// (2) to the disk, (3) into the journal, (4) into the hash, in the file's order.
/// </summary>
internal sealed class ChunkedDownload(
    IImageSource source,
    SourceRoute route,
    DownloadPlan plan,
    PartialDownload partial,
    InOrderDigest digest,
    ResiliencePipeline retry,
    TransferProgress progress)
{
    private const int PieceBytes = 512 << 10;
    // A connection that brought so much before it broke is worth the next one, however often that happens.
    private const int WorthwhileBytes = 64 << 10;
    private readonly ChunkQueue _chunks = new(plan.ChunkCount);

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
        var workerCount = Math.Min(parallelism, plan.ChunkCount);
        using var connections = new ConnectionLimit(workerCount);
        Task[] workers = [.. Enumerable.Range(0, workerCount).Select(_ => Task.Run(() => ReceiveAsync(connections, buffers, received, stop.Token)))];
        await FirstFailure.WhenAllAsync(workers, stop).ConfigureAwait(false);
        received.Complete();
    }

    private async Task ReceiveAsync(ConnectionLimit connections, ChunkBuffers buffers, ChannelWriter<Chunk> received, CancellationToken cancellationToken)
    {
        while (true)
        {
            await connections.EnterAsync(cancellationToken).ConfigureAwait(false);
            var holdsConnection = true;
            try
            {
                // The buffer first, then the number: the lowest chunk that is missing always has a buffer, so the hash can go on.
                var buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
                if (!_chunks.TryTake(out var chunk))
                {
                    buffers.Return(buffer);
                    return;
                }

                var bytes = buffer.AsMemory(0, plan.LengthOf(chunk));
                if (await partial.TryReadAsync(chunk, plan.OffsetOf(chunk), bytes, cancellationToken).ConfigureAwait(false))
                {
                    progress.Skip(bytes.Length);
                }
                else if (!await DownloadAsync(chunk, bytes, connections, cancellationToken).ConfigureAwait(false))
                {
                    holdsConnection = false;
                    partial.BeginAgain();
                    // The number first, for the reason above.
                    _chunks.GiveBack(chunk);
                    buffers.Return(buffer);
                    continue;
                }

                await received.WriteAsync(new Chunk(chunk, buffer, bytes.Length), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (holdsConnection) connections.Leave();
            }
        }
    }

    /// <summary>Downloads a chunk; false when the server refuses this connection, which is given up, while it serves others.</summary>
    private async Task<bool> DownloadAsync(int chunk, Memory<byte> bytes, ConnectionLimit connections, CancellationToken cancellationToken)
    {
        var isLast = chunk == plan.ChunkCount - 1;
        var offset = plan.OffsetOf(chunk);
        var hash = new XxHash3();
        var received = 0;
        var written = 0;
        if (!await retry.ExecuteAsync(ReceiveRestAsync, cancellationToken).ConfigureAwait(false)) return false;
        partial.Note(chunk, hash.GetCurrentHashAsUInt64());
        connections.Succeed();
        return true;

        async ValueTask<bool> ReceiveRestAsync(CancellationToken token)
        {
            var hasAskedAgain = false;
            while (true)
            {
                var place = route.Current;
                var before = received;
                try
                {
                    await ReceiveFromAsync(place, token).ConfigureAwait(false);
                    return true;
                }
                catch (LimiQuantixException error)
                {
                    if (error.IsTransient && received - before >= WorthwhileBytes) continue;
                    var isPlaceLost = !error.IsTransient && !hasAskedAgain;
                    if (isPlaceLost && await route.TryAskAgainAsync(place, error, token).ConfigureAwait(false))
                    {
                        hasAskedAgain = true;
                        continue;
                    }

                    if (received == 0 && IsRefusal(error) && connections.TryNarrow()) return false;
                    if (!isPlaceLost && await route.TryAskAgainAsync(place, error, token).ConfigureAwait(false)) continue;
                    // Who gave bytes a moment ago refuses for the moment.
                    if (place.HasServed && (error.Code is ErrorCodes.PermissionDenied or ErrorCodes.NotFound)) throw Passing(SourceRoute.Explain(place, error));
                    throw SourceRoute.Explain(place, error);
                }
            }
        }

        // What a broken connection brought is kept: a retry asks for the rest.
        async ValueTask ReceiveFromAsync(SourcePlace place, CancellationToken token)
        {
            // After the last byte nothing may follow: that is asked too, so that no source cuts a file by telling too small a length.
            var from = isLast && received == bytes.Length ? received - 1 : received;
            var request = new ImageRangeRequest
            {
                Location = place.Location,
                Trust = place.Trust,
                Offset = offset + from,
                LengthBytes = isLast ? null : bytes.Length - received,
                Validator = plan.RangeValidator,
            };
            var stream = await source.OpenAsync(request, token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var one = new byte[1];
                if (from < received) await stream.ReadExactlyAsync(one, token).ConfigureAwait(false);
                while (received < bytes.Length)
                {
                    var count = await stream.ReadAsync(bytes[received..], token).ConfigureAwait(false);
                    if (count == 0) throw DownloadFailures.EndedEarly(request.Offset, received, bytes.Length);
                    received += count;
                    progress.Add(count);
                    route.Receive(place, count);
                    // Piece by piece, while the processor still has the bytes in its cache.
                    if (received - written >= PieceBytes || received == bytes.Length) await WriteAsync(token).ConfigureAwait(false);
                }

                if (isLast && await stream.ReadAsync(one, token).ConfigureAwait(false) > 0) throw DownloadFailures.Longer(plan.LengthBytes);
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

    private static bool IsRefusal(LimiQuantixException error) => error.IsTransient || error.Code == ErrorCodes.PermissionDenied;

    private static LimiQuantixException Passing(LimiQuantixException error) => new(error.Error with { IsTransient = true }, error);
}

/// <summary>The chunks that nobody works on yet, the lowest first.</summary>
internal sealed class ChunkQueue(int count)
{
    private readonly Lock _taking = new();
    private readonly SortedSet<int> _returned = [];
    private int _next;

    public bool TryTake(out int chunk)
    {
        lock (_taking)
        {
            if (_returned.Count > 0)
            {
                chunk = _returned.Min;
                _returned.Remove(chunk);
                return true;
            }

            chunk = _next;
            if (_next == count) return false;
            _next++;
            return true;
        }
    }

    public void GiveBack(int chunk)
    {
        lock (_taking) _returned.Add(chunk);
    }
}
