using LimiQuantix.Guest.Agent.Native;

namespace LimiQuantix.Guest.Agent.Loop;

/// <summary>
/// One thread that waits in poll(2) for everything: the port, the programs' pipes, their ends, timers, and what other threads post. Nothing
/// that may block runs on it.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private readonly List<Watch> _watches = [];
    private readonly List<Watch> _polled = [];
    private readonly PriorityQueue<Timer, long> _timers = new();
    private readonly Lock _lock = new();
    private readonly Queue<Action> _posted = new();
    private readonly int _wake;
    private Libc.PollEntry[] _entries = new Libc.PollEntry[16];
    private volatile bool _stopping;

    public EventLoop()
    {
        _wake = Libc.EventFd(0, Flags.CloseOnExec | Flags.NonBlocking);
        if (_wake < 0)
            throw AgentException.Last("an eventfd");
        Add(_wake, Flags.PollIn, _ => RunPosted());
    }

    /// <summary>Called before each wait: sets what is waited for.</summary>
    public event Action? BeforeWait;

    /// <summary>Milliseconds that only go forward.</summary>
    public static long Now => Environment.TickCount64;

    /// <summary>Calls back when one of the events happens, or an error or a hang-up, which cannot be asked not to be told.</summary>
    public Watch Add(int fd, short events, Action<short> happened)
    {
        var watch = new Watch(fd, happened) { Events = events };
        _watches.Add(watch);
        return watch;
    }

    public void Remove(Watch watch)
    {
        watch.IsRemoved = true;
        _watches.Remove(watch);
    }

    /// <summary>Calls back once, from the loop.</summary>
    public Timer After(int milliseconds, Action elapsed)
    {
        var timer = new Timer(elapsed);
        _timers.Enqueue(timer, Now + milliseconds);
        return timer;
    }

    /// <summary>From any thread: calls back on the loop's.</summary>
    public void Post(Action action)
    {
        lock (_lock)
            _posted.Enqueue(action);
        Wake();
    }

    /// <summary>From any thread: lets the loop look again.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, (byte*)&one, 8);
    }

    public void Stop()
    {
        _stopping = true;
        Wake();
    }

    public void Run()
    {
        while (!_stopping)
        {
            BeforeWait?.Invoke();
            int count = Wait();
            for (int i = 0; i < count; i++)
            {
                // A callback may have removed a watch, and its number may be another file's already.
                (Watch watch, short happened) = (_polled[i], _entries[i].Happened);
                if (happened != 0 && !watch.IsRemoved)
                    watch.Happened(happened);
            }

            RunTimers();
        }
    }

    public void Dispose() => _ = Libc.Close(_wake);

    private int Wait()
    {
        _polled.Clear();
        foreach (Watch watch in _watches)
        {
            // Without events poll would still tell a hang-up, again and again.
            if (watch.Events != 0)
                _polled.Add(watch);
        }

        if (_entries.Length < _polled.Count)
            _entries = new Libc.PollEntry[_polled.Count * 2];
        for (int i = 0; i < _polled.Count; i++)
            _entries[i] = new Libc.PollEntry { Fd = _polled[i].Fd, Events = _polled[i].Events };
        fixed (Libc.PollEntry* entries = _entries)
        {
            int ready = Libc.Poll(entries, (nuint)_polled.Count, NextTimer());
            return ready <= 0 ? 0 : _polled.Count;
        }
    }

    private int NextTimer()
    {
        while (_timers.TryPeek(out Timer? timer, out long due))
        {
            if (!timer.IsCancelled)
                return (int)Math.Clamp(due - Now, 0, int.MaxValue);
            _timers.Dequeue();
        }

        return -1;
    }

    private void RunTimers()
    {
        while (_timers.TryPeek(out Timer? timer, out long due) && (timer.IsCancelled || due <= Now))
        {
            _timers.Dequeue();
            if (!timer.IsCancelled)
                timer.Elapsed();
        }
    }

    private void RunPosted()
    {
        ulong count;
        _ = Libc.Read(_wake, (byte*)&count, 8);
        while (true)
        {
            Action? action;
            lock (_lock)
            {
                if (!_posted.TryDequeue(out action))
                    return;
            }

            action();
        }
    }

    /// <summary>A descriptor that is waited for while <see cref="Events"/> is not 0.</summary>
    internal sealed class Watch(int fd, Action<short> happened)
    {
        public int Fd => fd;

        public Action<short> Happened => happened;

        public short Events { get; set; }

        public bool IsRemoved { get; set; }
    }

    /// <summary>One call back; <see cref="Cancel"/> takes it back.</summary>
    internal sealed class Timer(Action elapsed)
    {
        public Action Elapsed => elapsed;

        public bool IsCancelled { get; private set; }

        public void Cancel() => IsCancelled = true;
    }
}
