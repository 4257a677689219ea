namespace LibvirtSharp.Transports;

/// <summary>
/// The threads that wait for a socket, one operation each, only while one is pending. Whoever has completed an operation runs what
/// comes after it as well, as long as another thread is idle: whatever that does, the next operation finds its thread.
/// </summary>
internal sealed class SocketThreads(params SocketOperation[] operations)
{
    /// <summary>One reads, one writes, one is idle.</summary>
    private const int Most = 3;

    /// <summary>After this a thread is thought to be held up by what it runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

    /// <summary>Whose operation this thread has just completed.</summary>
    [ThreadStatic]
    private static SocketThreads? t_completing;

    private readonly object _gate = new();
    private int _started;
    private int _idle;
    private bool _watched;
    private bool _watching;
    private bool _closed;

    /// <param name="operation">Begun.</param>
    /// <param name="mine">
    /// Whether one of these threads, when it is the caller, will take it itself after this. It then calls <see cref="Cover"/> before
    /// anything that might not return.
    /// </param>
    public void Add(SocketOperation operation, bool mine)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                operation.IsPending = true;
                if (!mine || t_completing != this)
                    WakeOne();
                return;
            }
        }
        // There may be no thread any more, and nothing to wait for: it fails at once.
        operation.Run(static () => false);
    }

    /// <summary>Has another thread take what the calling one has left to itself.</summary>
    public void Cover()
    {
        if (t_completing != this)
            return;
        lock (_gate)
            WakeOne();
    }

    /// <summary>Has another thread take it if the calling one is held up. Where that is said again and again, no thread is woken for it.</summary>
    public void CoverIfHeldUp()
    {
        if (t_completing != this)
            return;
        lock (_gate)
        {
            _watched = true;
            if (!_watching)
                WakeOne();
        }
    }

    /// <summary>Lets the threads end. The socket is closed: operations that are pending, and those that are yet to come, fail on it.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void WakeOne()
    {
        if (_idle == 0 && _started < Most)
            Start();
        else
            Monitor.Pulse(_gate);
    }

    private void Start()
    {
        _started++;
        _idle++;
        new Thread(static threads => ((SocketThreads)threads!).Run()) { IsBackground = true, Name = "libvirt" }.UnsafeStart(this);
    }

    private void Run()
    {
        Func<bool> othersAreIdle = OthersAreIdle;
        t_completing = this;
        while (Take() is { } operation)
        {
            operation.Run(othersAreIdle);
            lock (_gate)
                _idle++;
        }
    }

    private bool OthersAreIdle()
    {
        lock (_gate)
        {
            if (_idle == 0 && _started < Most)
                Start();
            return _idle > 0;
        }
    }

    private SocketOperation? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                foreach (SocketOperation operation in operations)
                {
                    if (!operation.IsPending)
                        continue;
                    operation.IsPending = false;
                    _idle--;
                    return operation;
                }
                if (_closed)
                    return null;
                Wait();
            }
        }
    }

    /// <summary>Waits to be woken. One thread looks again by itself, as long as others are to be covered.</summary>
    private void Wait()
    {
        if (_watching || !_watched)
        {
            Monitor.Wait(_gate);
            return;
        }
        _watched = false;
        _watching = true;
        Monitor.Wait(_gate, Patience);
        _watching = false;
    }
}
