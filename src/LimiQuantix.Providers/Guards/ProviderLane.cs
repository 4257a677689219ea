namespace LimiQuantix.Providers.Guards;

/// <summary>
/// A bounded number of threads of one provider instance, on which its calls begin. A plugin that blocks its caller blocks these and no thread
/// of the pool, which on a small machine has two; and one instance's blocked threads are no other's. Threads are made when they are needed
/// and end when they have nothing to do.
/// </summary>
/// <param name="name">The threads' name.</param>
/// <param name="maxThreads">How many threads at most. When all are busy, work waits.</param>
internal sealed class ProviderLane(string name, int maxThreads)
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(20);

    // A monitor and not a Lock: the idle threads wait on it.
    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private int _threads;
    private int _idle;

    /// <summary>Runs the work on one of the threads, soon. Never blocks. The work must not throw.</summary>
    public void Post(Action work)
    {
        lock (_gate)
        {
            _waiting.Enqueue(work);
            if (_waiting.Count <= _idle)
            {
                Monitor.Pulse(_gate);
                return;
            }

            if (_threads == maxThreads) return;
            _threads++;
        }

        // Without the caller's context, which the thread would keep alive: each piece of work brings its own.
        new Thread(Work) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private void Work()
    {
        while (Next() is { } work) work();
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_waiting.TryDequeue(out var work)) return work;
                _idle++;
                var isTold = Monitor.Wait(_gate, LongestIdle);
                _idle--;
                if (isTold || _waiting.Count > 0) continue;
                _threads--;
                return null;
            }
        }
    }
}
