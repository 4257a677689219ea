namespace Ovsdb;

/// <summary>
/// The changes of a replica, one after the other, from <see cref="Start"/> on without a gap. A reader that falls behind is given what it
/// missed as one change (<see cref="OvsdbChangeCause.Merged"/>); it holds back nobody, and no more than the buffer is kept for it.
/// </summary>
public sealed class OvsdbWatch : IAsyncEnumerable<OvsdbChange>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<OvsdbChange> _changes = new();
    private readonly OvsdbReplica _replica;
    private readonly int _capacity;
    private OvsdbSnapshot _delivered;
    private OvsdbSnapshot _latest;
    private bool _merges;
    private bool _ended;
    private OvsdbException? _failure;
    private TaskCompletionSource? _waiting;

    internal OvsdbWatch(OvsdbReplica replica, OvsdbSnapshot start, int capacity)
    {
        _replica = replica;
        _capacity = capacity;
        Start = _delivered = _latest = start;
    }

    /// <summary>The content before the first change.</summary>
    public OvsdbSnapshot Start { get; }

    /// <summary>The changes; ends when this, the replica or the client is disposed.</summary>
    /// <exception cref="OvsdbException">The client gave up.</exception>
    public async IAsyncEnumerator<OvsdbChange> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task waiting;
            OvsdbChange? next;
            lock (_lock)
            {
                next = Take();
                if (next is null && _ended)
                {
                    if (_failure is not null)
                        throw _failure;
                    yield break;
                }

                waiting = next is null ? (_waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
            }

            if (next is not null)
                yield return next;
            else
                await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _replica.Forget(this);
        End(null);
    }

    internal void Add(OvsdbChange change)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _latest = change.After;
            if (!_merges && _changes.Count < _capacity)
            {
                _changes.Enqueue(change);
            }
            else
            {
                _merges = true;
                _changes.Clear();
            }

            Wake();
        }
    }

    internal void End(OvsdbException? failure)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _failure = failure;
            Wake();
        }
    }

    private OvsdbChange? Take()
    {
        OvsdbChange? next = null;
        if (_merges)
            next = new OvsdbChange(OvsdbChangeCause.Merged, _delivered, _latest, null);
        else
            _changes.TryDequeue(out next);
        _merges = false;
        if (next is not null)
            _delivered = next.After;
        return next;
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
