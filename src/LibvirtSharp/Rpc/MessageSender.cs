using System.Buffers;

namespace LibvirtSharp.Rpc;

/// <summary>
/// The outgoing half of a channel. Messages are appended to one buffer; whoever finds nobody sending writes it out, so that a
/// lone call is sent on its caller's own thread and many calls at once share one system call.
/// </summary>
internal sealed class MessageSender(Stream stream, Action<Exception> failed) : IThreadPoolWorkItem
{
    /// <summary>While others are being sent, a stream's writer waits above this many unsent bytes.</summary>
    private const int HighWater = 1024 * 1024;

    /// <summary>What is held back is sent from so many bytes on.</summary>
    private const int MostHeld = 32 * 1024;

    /// <summary>Calls are refused above this many unsent bytes: the server has stopped reading.</summary>
    private const int Limit = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _filling = new(4096);
    private ArrayBufferWriter<byte> _sending = new(4096);
    private TaskCompletionSource? _drained;
    private bool _busy;
    private bool _held;
    private bool _closed;

    /// <param name="message">The whole message; it is copied.</param>
    /// <param name="patient">Whether others that run now may add theirs before it is sent.</param>
    /// <returns>False when too much is unsent.</returns>
    public bool TryEnqueue(ReadOnlySpan<byte> message, bool patient = false)
    {
        lock (_gate)
        {
            if (_closed)
                return true; // The channel's end has failed or will fail the call.
            if (_filling.WrittenCount > Limit)
                return false;
            _filling.Write(message);
            if (_busy || (_held && _filling.WrittenCount < MostHeld))
                return true;
            _busy = true;
        }
        if (patient)
            SendOnPool();
        else
            _ = SendAsync();
        return true;
    }

    /// <summary>Sends a message of a stream. It is copied; cancellation ends the wait and leaves no half message.</summary>
    /// <returns>A task that completes when the system has taken the message or, while others are being sent, when it is queued.</returns>
    public async Task SendAsync(MessageHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_closed)
                return;
            Span<byte> message = _filling.GetSpan(MessageHeader.Size + payload.Length)[..(MessageHeader.Size + payload.Length)];
            payload.Span.CopyTo(message[MessageHeader.Size..]);
            header.Write(message);
            _filling.Advance(message.Length);
            if (_busy)
                return;
            _busy = true;
        }
        Task sending = SendAsync();
        if (!sending.IsCompleted)
            await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps what comes now until <see cref="Release"/>, to send it together.</summary>
    public void Hold()
    {
        lock (_gate)
            _held = true;
    }

    /// <summary>Sends what was held.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _held = false;
            if (_busy || _closed || _filling.WrittenCount == 0)
                return;
            _busy = true;
        }
        _ = SendAsync();
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    public void Close()
    {
        TaskCompletionSource? drained;
        lock (_gate)
        {
            _closed = true;
            drained = _drained;
            _drained = null;
        }
        drained?.TrySetResult();
    }

    private Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_closed || _filling.WrittenCount <= HighWater)
                return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Not by way of Task.Yield: that is the caller's synchronization context, and where that is held up nobody would send.</summary>
    private void SendOnPool() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Sends what there is. Never throws: a failure is the channel's end.</summary>
    private async Task SendAsync()
    {
        try
        {
            TakeFilled();
            await stream.WriteAsync(_sending.WrittenMemory).ConfigureAwait(false);
            // A caller sends once for itself; what others added meanwhile is the thread pool's work.
            if (MoreCame())
                SendOnPool();
        }
        catch (Exception error)
        {
            failed(error);
        }
    }

    private void TakeFilled()
    {
        TaskCompletionSource? drained;
        lock (_gate)
        {
            (_filling, _sending) = (_sending, _filling);
            drained = _drained;
            _drained = null;
        }
        drained?.TrySetResult();
    }

    private bool MoreCame()
    {
        lock (_gate)
        {
            // A burst's buffer is not kept for ever.
            if (_sending.Capacity > HighWater * 4)
                _sending = new ArrayBufferWriter<byte>(4096);
            else
                _sending.ResetWrittenCount();
            return _busy = _filling.WrittenCount > 0 && !_closed;
        }
    }
}
