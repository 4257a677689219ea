namespace LimiQuantix.Guest.Agent.Loop;

/// <summary>A few threads for what may block: files, hooks, other programs. They come when needed and go when idle.</summary>
internal sealed class Workers
{
    private const int MaxThreads = 32;
    private const int MaxWaiting = 64;
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Queue<Action> _work = new();
    private int _threads;
    private int _idle;

    /// <summary>Runs it on some thread; false when too much waits already. It must not throw.</summary>
    public bool TryRun(Action work)
    {
        lock (_lock)
        {
            if (_work.Count >= MaxWaiting)
                return false;
            _work.Enqueue(work);
            if (_idle >= _work.Count || _threads >= MaxThreads)
            {
                Monitor.Pulse(_lock);
                return true;
            }

            _threads++;
        }

        new Thread(Run, StackBytes) { IsBackground = true, Name = "worker" }.Start();
        return true;
    }

    private void Run()
    {
        while (true)
        {
            Action? work;
            lock (_lock)
            {
                while (!_work.TryDequeue(out work))
                {
                    _idle++;
                    bool pulsed = Monitor.Wait(_lock, Idle);
                    _idle--;
                    if (!pulsed && _work.Count == 0)
                    {
                        _threads--;
                        return;
                    }
                }
            }

            work();
        }
    }
}
