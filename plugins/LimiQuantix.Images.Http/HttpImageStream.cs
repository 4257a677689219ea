namespace LimiQuantix.Images.Http;

/// <summary>
/// A response's body that ends early only by throwing: a truncated body and a stalled server are errors, not ends.
/// </summary>
internal sealed class HttpImageStream(HttpAnswer answer, Stream body, long? length, TimeSpan readTimeout, TimeProvider time) : Stream
{
    private readonly CancellationTokenSource idle = new(Timeout.InfiniteTimeSpan, time);
    private long received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => received;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (length is { } total && total - received < buffer.Length) buffer = buffer[..(int)(total - received)];
        if (buffer.IsEmpty) return 0;
        var read = await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        received += read;
        if (read == 0 && length is not null) throw HttpFailures.Truncated(answer.Location, received, length, null);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        answer.Dispose();
        idle.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
            idle.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // One timer serves all reads; a cancelled caller pulls the same cord.
        idle.CancelAfter(readTimeout);
        var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), idle);
        try
        {
            return await body.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.Stalled(answer.Location, readTimeout, received);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is HttpIOException or IOException or HttpRequestException)
        {
            throw HttpFailures.Truncated(answer.Location, received, length, error);
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            // A cord that was pulled stays pulled: the stream is then spent.
            if (!idle.IsCancellationRequested) idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
