using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LibvirtSharp.Transports;

/// <summary>One direction of a <see cref="LocalSocketStream"/> and what waits there: a read or a write at a time, used again for the next.</summary>
internal abstract class SocketOperation(Socket socket, SelectMode ready) : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _core;

    protected Socket Socket => socket;

    /// <summary>Whether it waits for a thread to take it. Guarded by the threads' gate.</summary>
    public bool IsPending { get; set; }

    /// <summary>Begins a wait, before it is given to the threads.</summary>
    public ValueTask<int> Begin()
    {
        _core.Reset();
        return new ValueTask<int>(this, _core.Version);
    }

    /// <summary>Waits in the system until it is done, and lets whoever waits for it go on.</summary>
    /// <param name="inline">Asked when it is done: whether that may happen on this thread.</param>
    public void Run(Func<bool> inline)
    {
        Exception? failure = null;
        int count = 0;
        try
        {
            Prepare();
            while (!TryComplete(out count))
            {
                if (!Linger())
                    socket.Poll(Timeout.InfiniteTimeSpan, ready);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            failure = error;
        }
        _core.RunContinuationsAsynchronously = !inline();
        if (failure is null)
            _core.SetResult(count);
        else
            _core.SetException(failure);
    }

    int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>What comes before the wait, on the thread that waits.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Whether it is likely to be done in a moment, so that another try is better than to sleep.</summary>
    protected virtual bool Linger() => false;

    /// <summary>Does what can be done without waiting.</summary>
    protected abstract bool TryComplete(out int count);
}
