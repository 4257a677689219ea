namespace LimiQuantix.Images.Http;

/// <summary>
/// The bytes of a request, out of one answer or, where a server answers with less than was asked for, several. It ends early only by
/// throwing: a truncated body and a stalled server are errors, not ends.
/// </summary>
internal sealed class HttpImageStream(
    ImageRangeRequest request, HttpBody first, Func<ImageRangeRequest, CancellationToken, Task<HttpBody>> ask, TimeSpan readTimeout, TimeProvider time) : Stream
{
    // A server that gives a byte at a time is none.
    private const int MaximumAnswers = 10_000;
    private readonly CancellationTokenSource idle = new(Timeout.InfiniteTimeSpan, time);
    private HttpBody body = first;
    private int answers = 1;
    private long received;
    private long receivedOfBody;

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
        if (buffer.IsEmpty) return 0;
        while (body.Range.LengthBytes == receivedOfBody)
        {
            if (body.Range.Next is not { } next) return 0;
            await AskOnAsync(next, cancellationToken).ConfigureAwait(false);
        }

        if (body.Range.LengthBytes is { } length && length - receivedOfBody < buffer.Length) buffer = buffer[..(int)(length - receivedOfBody)];
        var read = await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        received += read;
        receivedOfBody += read;
        if (read == 0 && body.Range.LengthBytes is not null) throw HttpFailures.Truncated(body.Answer.Location, receivedOfBody, body.Range.LengthBytes, null);
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
        idle.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            idle.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Asks for what the last answer left out.</summary>
    private async Task AskOnAsync(long offset, CancellationToken cancellationToken)
    {
        if (answers++ == MaximumAnswers) throw HttpFailures.Unusable(body.Answer.Location, $"answered with a part of the range {MaximumAnswers} times");
        var rest = request with { Offset = offset, LengthBytes = body.Range.Last - offset + 1 };
        var next = await ask(rest, cancellationToken).ConfigureAwait(false);
        await body.DisposeAsync().ConfigureAwait(false);
        body = next;
        receivedOfBody = 0;
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // One timer serves all reads; a cancelled caller pulls the same cord.
        idle.CancelAfter(readTimeout);
        var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), idle);
        try
        {
            return await body.Content.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.Stalled(body.Answer.Location, readTimeout, received);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is HttpIOException or IOException or HttpRequestException)
        {
            throw HttpFailures.Truncated(body.Answer.Location, receivedOfBody, body.Range.LengthBytes, error);
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            // A cord that was pulled stays pulled: the stream is then spent.
            if (!idle.IsCancellationRequested) idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }
}
