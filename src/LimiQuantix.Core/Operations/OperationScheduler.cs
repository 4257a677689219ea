using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// Decides which stored operation runs when: those of one resource one at a time and in order, so many of one kind at once, and
/// nothing waits for what it does not share a resource or a full kind with.
/// </summary>
internal sealed class OperationScheduler(int maxParallelPerKind, Func<Operation, OperationRun?> createRun)
{
    private readonly Lock _gate = new();
    private readonly List<Operation> _waiting = [];
    private readonly Dictionary<Guid, (OperationRun Run, Task Task)> _running = [];
    private readonly HashSet<Guid> _known = [];
    private readonly HashSet<Guid> _busyResources = [];
    private readonly Dictionary<string, int> _runningByKind = new(StringComparer.Ordinal);
    private bool _isClosed;

    /// <summary>How many operations run.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    /// <summary>Takes an operation. One that is known already is left as it is.</summary>
    public void Enqueue(Operation operation)
    {
        lock (_gate)
        {
            if (_isClosed || !_known.Add(operation.Id)) return;
            _waiting.Add(operation);
            Dispatch();
        }
    }

    /// <summary>Tells a running operation that somebody wishes it to end; one that waits finds the wish when it begins.</summary>
    public void Cancel(Guid id)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(id, out var running)) running.Run.RequestCancel();
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

    private void Dispatch()
    {
        HashSet<Guid> resources = new(_busyResources);
        for (var i = 0; i < _waiting.Count && !_isClosed;)
        {
            var operation = _waiting[i];
            // Whether it begins or waits, the later ones of its resource wait behind it.
            var isFirst = resources.Add(operation.ResourceId);
            if (isFirst && _runningByKind.GetValueOrDefault(operation.Kind) < maxParallelPerKind)
            {
                _waiting.RemoveAt(i);
                Begin(operation);
            }
            else
            {
                i++;
            }
        }
    }

    private void Begin(Operation operation)
    {
        // What this program cannot run stays known, so that it is not looked at again under this lease.
        if (createRun(operation) is not { } run) return;
        _busyResources.Add(operation.ResourceId);
        _runningByKind[operation.Kind] = _runningByKind.GetValueOrDefault(operation.Kind) + 1;
        _running[operation.Id] = (run, Task.Run(() => RunAsync(operation, run)));
    }

    private async Task RunAsync(Operation operation, OperationRun run)
    {
        try
        {
            await run.ExecuteAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(operation.Id);
                _known.Remove(operation.Id);
                _busyResources.Remove(operation.ResourceId);
                _runningByKind[operation.Kind]--;
                Dispatch();
            }

            await run.DisposeAsync().ConfigureAwait(false);
        }
    }
}
