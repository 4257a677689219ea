using System.Buffers;

namespace LibvirtSharp.Rpc;

/// <summary>
/// The outgoing half of a channel. Messages are appended to one buffer; whoever finds nobody sending writes it out, so that a
/// lone call is sent on its caller's own thread and many calls at once share one system call.
/// </summary>
internal sealed class MessageSender(Stream stream, Action<Exception> failed)
{
    /// <summary>A stream's writer waits above this many unsent bytes.</summary>
    private const int HighWater = 1024 * 1024;

    /// <summary>Calls are refused above this many unsent bytes: the server has stopped reading.</summary>
    private const int Limit = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _filling = new(4096);
    private ArrayBufferWriter<byte> _sending = new(4096);
    private TaskCompletionSource? _drained;
    private bool _busy;
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
            if (_busy)
                return true;
            _busy = true;
        }
        _ = SendAsync(patient);
        return true;
    }

    /// <summary>Completes when there is room for more of a stream's data.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_closed || _filling.WrittenCount <= HighWater)
                return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task.WaitAsync(cancellationToken);
        }
    }

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

    /// <summary>Sends until nothing is left. Never throws: a failure is the channel's end.</summary>
    private async Task SendAsync(bool patient)
    {
        try
        {
            if (patient)
                await Task.Yield();
            for (bool first = true; TakeFilled(); first = false)
            {
                // A caller sends once for itself; what others add meanwhile is the thread pool's work.
                if (!first)
                    await Task.Yield();
                await stream.WriteAsync(_sending.WrittenMemory).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            failed(error);
        }
    }

    private bool TakeFilled()
    {
        TaskCompletionSource? drained;
        bool more;
        lock (_gate)
        {
            // A burst's buffer is not kept for ever.
            if (_sending.Capacity > HighWater * 4)
                _sending = new ArrayBufferWriter<byte>(4096);
            else
                _sending.ResetWrittenCount();
            drained = _drained;
            _drained = null;
            more = _filling.WrittenCount > 0 && !_closed;
            if (more)
                (_filling, _sending) = (_sending, _filling);
            else
                _busy = false;
        }
        drained?.TrySetResult();
        return more;
    }
}
