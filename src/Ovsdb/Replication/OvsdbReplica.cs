using Ovsdb.Replication;

namespace Ovsdb;

/// <summary>
/// A copy of a database's content that follows it (ovsdb-server(7), <c>monitor_cond_since</c>). It steps from one whole transaction to the
/// next, so that whoever reads <see cref="Current"/> never sees half of one. After a lost connection it goes on from where it was, or, when
/// the server no longer knows that, is read anew. What this client has written is in it when the transaction's answer comes (through a relay, soon
/// after).
/// </summary>
public sealed class OvsdbReplica : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<OvsdbWatch> _watches = [];
    private readonly Func<OvsdbReplica, ValueTask> _dispose;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OvsdbSnapshot _current;
    private bool _ended;
    private OvsdbException? _failure;

    internal OvsdbReplica(IReadOnlyList<OvsdbTableSelection> tables, bool toleratesMissing, Func<OvsdbReplica, ValueTask> dispose)
    {
        Tables = tables;
        ToleratesMissing = toleratesMissing;
        _dispose = dispose;
        _current = new OvsdbSnapshot([.. tables.Select(TableState.Empty)], Guid.Empty, 0);
    }

    /// <summary>The content as of the last change that came.</summary>
    public OvsdbSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Whether a connection follows the database now; false while it is lost, when the content may be old.</summary>
    public bool IsLive { get; private set; }

    internal IReadOnlyList<OvsdbTableSelection> Tables { get; }

    internal bool ToleratesMissing { get; }

    /// <summary>Completes when the first content is there.</summary>
    internal Task Loaded => _loaded.Task;

    /// <summary>The columns that the content was read with; another set of them cannot go on from it.</summary>
    internal string? Signature { get; private set; }

    /// <summary>The changes from now on.</summary>
    /// <param name="capacity">How many changes are kept for a reader that falls behind before they are put together.</param>
    public OvsdbWatch Watch(int capacity = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        lock (_lock)
        {
            var watch = new OvsdbWatch(this, _current, capacity);
            if (_ended)
                watch.End(_failure);
            else
                _watches.Add(watch);
            return watch;
        }
    }

    /// <summary>Waits until the content is as the caller wants it.</summary>
    /// <exception cref="OvsdbException">The client gave up, or was disposed.</exception>
    public async Task<OvsdbSnapshot> WaitAsync(Func<OvsdbSnapshot, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using OvsdbWatch watch = Watch(1);
        if (condition(watch.Start))
            return watch.Start;
        await foreach (OvsdbChange change in watch.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (condition(change.After))
                return change.After;
        }

        throw OvsdbException.Connection("The replica was disposed.");
    }

    /// <summary>Ends it; its last content stays readable.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await _dispose(this).ConfigureAwait(false);
    }

    internal void Forget(OvsdbWatch watch)
    {
        lock (_lock)
            _watches.Remove(watch);
    }

    /// <summary>The next content. Called by one thread, the one that receives.</summary>
    internal void Advance(OvsdbChangeCause cause, OvsdbSnapshot next, IReadOnlyList<OvsdbRowChange>? rows, string signature)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            var change = new OvsdbChange(cause, _current, next, rows);
            Signature = signature;
            Volatile.Write(ref _current, next);
            IsLive = true;
            foreach (OvsdbWatch watch in _watches)
                watch.Add(change);
        }

        _loaded.TrySetResult();
    }

    internal void Disconnected() => IsLive = false;

    /// <summary>What is held does not fit what the server says: it is read anew at the next connection.</summary>
    internal void Distrust() => Signature = null;

    internal void End(OvsdbException? failure)
    {
        OvsdbWatch[] watches;
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _failure = failure;
            IsLive = false;
            watches = [.. _watches];
            _watches.Clear();
        }

        foreach (OvsdbWatch watch in watches)
            watch.End(failure);
        _loaded.TrySetException(failure ?? OvsdbException.Connection("The replica was disposed."));
        // Nobody may be waiting.
        _ = _loaded.Task.Exception;
    }
}
