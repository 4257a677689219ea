namespace LibvirtSharp.Transports;

/// <summary>
/// The threads that wait for a socket, one operation each, only while one is pending. Whoever has completed an operation runs what
/// comes after it as well, as long as two others are idle: whatever that does, the next read and the next write find their threads.
/// </summary>
internal sealed class SocketThreads(params SocketOperation[] operations)
{
    /// <summary>One reads and one writes.</summary>
    private const int Needed = 2;

    /// <summary>The others run what comes after.</summary>
    private const int Most = 4;

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

    /// <summary>The thread that said last what is to be done when it is held up, until it has returned.</summary>
    private int _runner;
    private Action? _heldUp;
    private bool _seen;

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
    /// <param name="heldUp">What else that one does then.</param>
    /// <returns>False when the calling thread is none of these, and nobody looks after it.</returns>
    public bool CoverIfHeldUp(Action? heldUp)
    {
        if (t_completing != this)
            return false;
        lock (_gate)
        {
            _runner = Environment.CurrentManagedThreadId;
            _heldUp = heldUp;
            _seen = false;
            _watched = true;
            if (!_watching)
                WakeOne();
        }
        return true;
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
        // One that was just started counts as idle before it has taken what it was started for.
        if (_idle < Pending() && _started < Most)
            Start();
        else
            Monitor.Pulse(_gate);
    }

    private int Pending()
    {
        int count = 0;
        foreach (SocketOperation operation in operations)
            count += operation.IsPending ? 1 : 0;
        return count;
    }

    private void Start()
    {
        _started++;
        _idle++;
        new Thread(static threads => ((SocketThreads)threads!).Run()) { IsBackground = true, Name = "libvirt" }.UnsafeStart(this);
    }

    private void Run()
    {
        Func<bool> enoughAreIdle = EnoughAreIdle;
        t_completing = this;
        while (Take() is { } operation)
        {
            operation.Run(enoughAreIdle);
            lock (_gate)
            {
                _idle++;
                if (_runner == Environment.CurrentManagedThreadId)
                    _heldUp = null;
            }
        }
    }

    private bool EnoughAreIdle()
    {
        lock (_gate)
        {
            while (_idle < Needed && _started < Most)
                Start();
            return _idle >= Needed;
        }
    }

    private SocketOperation? Take()
    {
        while (true)
        {
            SocketOperation? operation;
            Action? heldUp;
            lock (_gate)
            {
                if (!TryTake(out operation, out heldUp))
                    return null;
            }
            heldUp?.Invoke();
            if (operation is not null)
                return operation;
        }
    }

    /// <summary>Waits for something to do.</summary>
    /// <returns>False when the threads are to end.</returns>
    private bool TryTake(out SocketOperation? operation, out Action? heldUp)
    {
        for (bool watched = false; ; watched = Wait())
        {
            operation = Array.Find(operations, static each => each.IsPending);
            bool last = operation is not null && _idle <= 1;
            heldUp = watched || last ? Look(last) : null;
            if (operation is not null)
            {
                operation.IsPending = false;
                _idle--;
                // Somebody else is to look after who is held up.
                if (watched || (_heldUp is not null && !_watching))
                    WakeOne();
            }
            if (operation is not null || heldUp is not null)
                return true;
            if (_closed)
                return false;
        }
    }

    /// <summary>Sees whether somebody still runs what he ran the time before.</summary>
    /// <param name="last">Whether nobody is left to look again.</param>
    /// <returns>What is to be done then.</returns>
    private Action? Look(bool last)
    {
        Action? heldUp = _heldUp;
        if (heldUp is null)
            return null;
        if (_seen || last)
        {
            _heldUp = null;
            return heldUp;
        }
        _seen = true;
        _watched = true;
        return null;
    }

    /// <summary>Waits to be woken. One thread looks again by itself, as long as others are to be covered.</summary>
    /// <returns>Whether it was this one.</returns>
    private bool Wait()
    {
        if (_watching || !_watched)
        {
            Monitor.Wait(_gate);
            return false;
        }
        _watched = false;
        _watching = true;
        Monitor.Wait(_gate, Patience);
        _watching = false;
        return true;
    }
}
