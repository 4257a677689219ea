using System.Diagnostics.CodeAnalysis;

namespace LibvirtSharp.Rpc;

/// <summary>The calls of one channel that await a reply, their deadlines, and the serials nobody waits for any more.</summary>
internal sealed class CallTable
{
    /// <summary>Deadlines are looked at this often, while there is something to look at.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>A longer deadline would be beyond a timestamp; none lives to see this one.</summary>
    private const double LongestSeconds = 1e9;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, PendingCall> _pending = [];
    private readonly HashSet<uint> _abandoned = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private uint _serial;
    private int _count;
    private int _timed;
    private bool _ticking;

    public CallTable(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((CallTable)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why no call is taken any more.</summary>
    public LibvirtException? Reason { get; private set; }

    /// <summary>As it was a moment ago.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gives the call its serial and keeps it; <paramref name="added"/> runs before a reply to that serial can be seen.</summary>
    /// <returns>False when the channel has ended.</returns>
    public bool TryAdd(PendingCall call, Action<uint>? added)
    {
        bool timed = call.Timeout != Timeout.InfiniteTimeSpan;
        call.Deadline = timed ? _time.GetTimestamp() + (long)(Math.Min(call.Timeout.TotalSeconds, LongestSeconds) * _time.TimestampFrequency) : long.MaxValue;
        lock (_gate)
        {
            if (Reason is not null)
                return false;
            call.Serial = ++_serial;
            _pending.Add(call.Serial, call);
            _count++;
            added?.Invoke(call.Serial);
            if (!timed)
                return true;
            _timed++;
            if (!_ticking)
            {
                _ticking = true;
                _timer.Change(Tick, Timeout.InfiniteTimeSpan);
            }
        }
        return true;
    }

    /// <summary>Takes a call out, to complete it. Only one taker gets it.</summary>
    public bool TryTake(uint serial, [NotNullWhen(true)] out PendingCall? call)
    {
        lock (_gate)
            return Remove(serial, out call);
    }

    /// <summary>Takes a call out whose reply is still to come and is then to be dropped.</summary>
    public bool TryAbandon(uint serial)
    {
        lock (_gate)
            return Remove(serial, out _) && _abandoned.Add(serial);
    }

    /// <summary>True, once, for a serial whose call was given up.</summary>
    public bool WasAbandoned(uint serial)
    {
        lock (_gate)
            return _abandoned.Remove(serial);
    }

    public void Close(LibvirtException reason)
    {
        PendingCall[] left;
        lock (_gate)
        {
            Reason = reason;
            left = [.. _pending.Values];
            _pending.Clear();
            _count = 0;
            _abandoned.Clear();
            _timed = 0;
        }
        _timer.Dispose();
        foreach (PendingCall call in left)
            call.Fail(LibvirtException.ConnectionLost(Programs.Name(call.Program, call.Procedure), reason));
    }

    private bool Remove(uint serial, [NotNullWhen(true)] out PendingCall? call)
    {
        if (!_pending.Remove(serial, out call))
            return false;
        _count--;
        if (call.Deadline != long.MaxValue)
            _timed--;
        return true;
    }

    private void Sweep()
    {
        List<PendingCall>? late = null;
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            foreach ((uint serial, PendingCall call) in _pending)
            {
                if (call.Deadline <= now)
                    (late ??= []).Add(call);
            }
            foreach (PendingCall call in late ?? [])
            {
                Remove(call.Serial, out _);
                _abandoned.Add(call.Serial);
            }
            _ticking = _timed > 0 && Reason is null;
            if (_ticking)
                _timer.Change(Tick, Timeout.InfiniteTimeSpan);
        }
        foreach (PendingCall call in late ?? [])
            call.Fail(LibvirtException.TimedOut(Programs.Name(call.Program, call.Procedure), call.Timeout));
    }
}
