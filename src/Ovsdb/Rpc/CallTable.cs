namespace Ovsdb.Rpc;

/// <summary>The calls of a connection whose answers are awaited.</summary>
internal sealed class CallTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly Dictionary<PendingCall, long> _ids = [];
    private OvsdbException? _ended;
    private long _lastId;

    public int Count
    {
        get
        {
            lock (_lock)
                return _calls.Count;
        }
    }

    /// <summary>A new call's id.</summary>
    /// <exception cref="OvsdbException">The connection has ended; the call was not sent.</exception>
    public long Add(PendingCall call)
    {
        lock (_lock)
        {
            if (_ended is not null)
                throw OvsdbException.Connection($"The connection has ended: {_ended.Message}", _ended);
            _calls.Add(++_lastId, call);
            _ids.Add(call, _lastId);
            return _lastId;
        }
    }

    public PendingCall? Find(long id)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(id);
    }

    /// <summary>The call is answered or given up; null when it was already.</summary>
    public PendingCall? Take(PendingCall call)
    {
        lock (_lock)
        {
            if (!_ids.Remove(call, out long id))
                return null;
            _calls.Remove(id);
            return call;
        }
    }

    /// <summary>All calls fail, and later ones too.</summary>
    public void End(OvsdbException reason)
    {
        PendingCall[] left;
        lock (_lock)
        {
            _ended ??= reason;
            left = [.. _calls.Values];
            _calls.Clear();
            _ids.Clear();
        }

        foreach (PendingCall call in left)
            call.Fail(OvsdbException.Lost(call.Method, reason));
    }
}
