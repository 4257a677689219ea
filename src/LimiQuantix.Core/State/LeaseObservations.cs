namespace LimiQuantix.Core.State;

/// <summary>
/// What this process has seen of leases that others hold. A lease that was not renewed for its whole duration while this process looked on
/// may be taken over: by this process's monotonic clock alone, so that no two machines' clocks are ever compared. A process that was frozen
/// sees a renewal made meanwhile by its counter, and begins to count anew.
/// </summary>
internal sealed class LeaseObservations(TimeProvider timeProvider)
{
    // Contenders are few: two or three processes, each with one lease. Forgetting costs a wait, nothing else.
    private const int MaxKept = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Lease, string Contender), (LeaseMark Mark, long Since)> _seen = [];

    /// <summary>Tells what a contender sees of a lease that another holds.</summary>
    /// <returns>Whether it was seen unchanged for its duration.</returns>
    public bool HasLapsed(string lease, string contender, LeaseMark mark, TimeSpan duration)
    {
        var now = timeProvider.GetTimestamp();
        lock (_gate)
        {
            if (_seen.TryGetValue((lease, contender), out var seen) && seen.Mark == mark)
            {
                return timeProvider.GetElapsedTime(seen.Since, now) >= duration;
            }

            if (_seen.Count >= MaxKept) _seen.Clear();
            _seen[(lease, contender)] = (mark, now);
            return false;
        }
    }

    /// <summary>Forgets what a contender saw: it has the lease.</summary>
    public void Forget(string lease, string contender)
    {
        lock (_gate) _seen.Remove((lease, contender));
    }
}

/// <summary>What changes whenever a lease is taken or renewed.</summary>
/// <param name="Holder">Who holds it.</param>
/// <param name="Token">Its fencing token.</param>
/// <param name="Renewal">How often it was renewed.</param>
internal readonly record struct LeaseMark(string Holder, long Token, long Renewal);
