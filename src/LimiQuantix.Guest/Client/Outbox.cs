namespace LimiQuantix.Guest.Client;

/// <summary>
/// What waits for the one writer of a session: control frames first, then data. Control is bounded by what causes it (one open per stream, one
/// credit per channel, one pong); data by the streams' credit and by <see cref="MaxData"/> frames, for which senders wait.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const int MaxData = 4;
    private readonly Lock _lock = new();
    private readonly Queue<ReadOnlyMemory<byte>> _control = new();
    private readonly Queue<ReadOnlyMemory<byte>> _data = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _room = new(MaxData);

    public void Control(ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
            _control.Enqueue(frame);
        _filled.Release();
    }

    public async ValueTask DataAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
            _data.Enqueue(frame);
        _filled.Release();
    }

    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(CancellationToken cancellationToken)
    {
        await _filled.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_control.TryDequeue(out ReadOnlyMemory<byte> frame))
                return frame;
            frame = _data.Dequeue();
            _room.Release();
            return frame;
        }
    }

    public void Dispose()
    {
        _filled.Dispose();
        _room.Dispose();
    }
}
