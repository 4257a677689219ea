using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// Decides which stored operation runs when: those of one resource one at a time and in order, so many of one kind at once, and
/// nothing waits for what it does not share a resource or a full kind with. An operation of a kind that this program cannot run holds its
/// resources: none of them is overtaken.
/// </summary>
internal sealed class OperationScheduler(int maxParallelPerKind, Func<Operation, OperationRun?> createRun)
{
    private readonly Lock _gate = new();
    private readonly List<Operation> _waiting = [];
    private readonly Dictionary<Guid, (OperationRun Run, Task Task)> _running = [];
    private readonly HashSet<Guid> _known = [];
    private readonly HashSet<Guid> _unrunnable = [];
    private readonly HashSet<Guid> _cancelled = [];
    private readonly HashSet<Guid> _busyResources = [];
    private readonly Dictionary<string, int> _runningByKind = new(StringComparer.Ordinal);
    private bool _isClosed;
    private bool _leftLateCalls;

    /// <summary>How many operations run.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    /// <summary>Whether the engine stopped while a provider still worked on a call that an operation had given up.</summary>
    public bool LeftLateCalls
    {
        get
        {
            lock (_gate) return _leftLateCalls;
        }
    }

    /// <summary>Takes an operation. One that is known already is left as it is.</summary>
    public void Enqueue(Operation operation)
    {
        lock (_gate)
        {
            if (_isClosed || !_known.Add(operation.Id)) return;
            _waiting.Add(operation);
            if (!TryEndUnbegun(operation)) Dispatch();
        }
    }

    /// <summary>
    /// Tells an operation that somebody wishes it to end. One that waits and was never begun ends at once, whatever it waits for; others
    /// find the wish when they begin.
    /// </summary>
    public void Cancel(Guid id)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(id, out var running))
            {
                running.Run.RequestCancel();
                return;
            }

            _cancelled.Add(id);
            if (_waiting.Find(operation => operation.Id == id) is { } waiting) TryEndUnbegun(waiting);
        }
    }

    /// <summary>Begins nothing more and waits until everything that runs has ended.</summary>
    public async Task DrainAsync()
    {
        Task[] tasks;
        lock (_gate)
        {
            _isClosed = true;
            tasks = [.. _running.Values.Select(running => running.Task)];
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private static IEnumerable<Guid> Resources(Operation operation) => operation.LockedIds.Count == 0 ? [operation.ResourceId] : operation.LockedIds;

    private bool TryEndUnbegun(Operation operation)
    {
        if (_isClosed || operation.Attempts > 0 || !_cancelled.Contains(operation.Id) || createRun(operation) is not { } run) return false;
        _waiting.Remove(operation);
        // It touches nothing but records, under conditions: no place, and nobody's turn.
        Begin(operation, run, holdsPlace: false);
        return true;
    }

    private void Dispatch()
    {
        HashSet<Guid> resources = new(_busyResources);
        for (var i = 0; i < _waiting.Count && !_isClosed;)
        {
            var operation = _waiting[i];
            // Whether it begins or waits, the later ones of its resources wait behind it.
            var isFirst = !Resources(operation).Any(resources.Contains);
            resources.UnionWith(Resources(operation));
            if (isFirst && !_unrunnable.Contains(operation.Id) && _runningByKind.GetValueOrDefault(operation.Kind) < maxParallelPerKind)
            {
                if (createRun(operation) is { } run)
                {
                    _waiting.RemoveAt(i);
                    Begin(operation, run, holdsPlace: true);
                    continue;
                }

                // Not looked at again under this lease.
                _unrunnable.Add(operation.Id);
            }

            i++;
        }
    }

    private void Begin(Operation operation, OperationRun run, bool holdsPlace)
    {
        if (holdsPlace)
        {
            _busyResources.UnionWith(Resources(operation));
            _runningByKind[operation.Kind] = _runningByKind.GetValueOrDefault(operation.Kind) + 1;
        }

        if (_cancelled.Contains(operation.Id)) run.RequestCancel();
        _running[operation.Id] = (run, Task.Run(() => RunAsync(operation, run, holdsPlace)));
    }

    private async Task RunAsync(Operation operation, OperationRun run, bool holdsPlace)
    {
        try
        {
            await run.ExecuteAsync().ConfigureAwait(false);
            // Calls that nobody waits for any more hold the resource, but no place: a plugin that hangs must not stop its kind.
            if (holdsPlace) ReleasePlace(operation);
            await run.SettleAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _leftLateCalls |= run.HasLateCalls;
                _running.Remove(operation.Id);
                _known.Remove(operation.Id);
                _cancelled.Remove(operation.Id);
                if (holdsPlace) _busyResources.ExceptWith(Resources(operation));
                Dispatch();
            }

            await run.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void ReleasePlace(Operation operation)
    {
        lock (_gate)
        {
            _runningByKind[operation.Kind]--;
            Dispatch();
        }
    }
}
