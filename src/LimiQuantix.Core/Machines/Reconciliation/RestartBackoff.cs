namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// Remembers which machines were started again lately: one that goes off at once is started ever more slowly, not in a circle. A machine
/// is forgotten when it is gone, or when nothing had to be done for it for <see cref="Memory"/>.
/// </summary>
internal sealed class RestartBackoff(TimeProvider timeProvider)
{
    private const int MostDoublings = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, (int Tries, DateTimeOffset Last)> _machines = [];

    /// <summary>How long a machine has to run before its next start has no pause again: longer than any pause, which is a part of it.</summary>
    public static TimeSpan Memory { get; } = LongestPause * 2;

    /// <summary>How many machines are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _machines.Count;
        }
    }

    /// <summary>How long the machine's next start has to wait; zero for one that was not started again lately.</summary>
    public TimeSpan PauseBefore(Guid id)
    {
        lock (_lock)
        {
            Prune();
            if (!_machines.TryGetValue(id, out var known)) return TimeSpan.Zero;
            var pause = FirstPause * Math.Pow(2, Math.Min(known.Tries - 1, MostDoublings));
            return pause < LongestPause ? pause : LongestPause;
        }
    }

    /// <summary>The machine was started again just now, or it was tried.</summary>
    public void Tried(Guid id)
    {
        lock (_lock)
        {
            Prune();
            _machines[id] = (_machines.GetValueOrDefault(id).Tries + 1, timeProvider.GetUtcNow());
        }
    }

    /// <summary>The machine is gone.</summary>
    public void Forget(Guid id)
    {
        lock (_lock) _machines.Remove(id);
    }

    private void Prune()
    {
        var oldest = timeProvider.GetUtcNow() - Memory;
        foreach (var (id, known) in _machines)
        {
            if (known.Last < oldest) _machines.Remove(id);
        }
    }
}
