using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace LibvirtSharp.Events;

/// <summary>
/// The events that wait for one consumer, bounded in number and in bytes of their messages. What does not fit is dropped, and a notice
/// in its place tells how many that were.
/// </summary>
internal sealed class EventBuffer(int capacity)
{
    private const int MostBytes = 32 * 1024 * 1024;

    private readonly Channel<(LibvirtEvent Event, int Bytes)> _queue =
        Channel.CreateBounded<(LibvirtEvent, int)>(new BoundedChannelOptions(capacity) { SingleReader = true });
    private readonly Lock _gate = new();
    private long _bytes;
    private long _dropped;
    private bool _ended;

    public void Add(LibvirtEvent next, int bytes)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            // After a drop all are dropped until the consumer has seen the notice, so that what it sees stays in order. One event fits always.
            if (_dropped == 0 && (_bytes == 0 || _bytes + bytes <= MostBytes) && _queue.Writer.TryWrite((next, bytes)))
                _bytes += bytes;
            else
                _dropped++;
        }
    }

    /// <summary>Events were dropped before they came here.</summary>
    public void Miss(long count)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            // A consumer that waits sees no count: nothing is in the queue that would wake it.
            if (_dropped > 0 || _queue.Reader.Count > 0 || !_queue.Writer.TryWrite((Overflow(count), 0)))
                _dropped += count;
        }
    }

    public bool TryTake([NotNullWhen(true)] out LibvirtEvent? next)
    {
        lock (_gate)
        {
            next = null;
            if (_queue.Reader.TryRead(out (LibvirtEvent Event, int Bytes) taken))
            {
                _bytes -= taken.Bytes;
                next = taken.Event;
            }
            else if (_dropped > 0)
            {
                next = Overflow(_dropped);
                _dropped = 0;
            }
            return next is not null;
        }
    }

    /// <returns>False when it has ended and nothing is left.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Nothing comes any more.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool TryEnd(LibvirtException? reason = null)
    {
        lock (_gate)
        {
            _ended = true;
            return _queue.Writer.TryComplete(reason);
        }
    }

    private static ResyncEvent Overflow(long dropped) => new() { Reason = LibvirtResyncReason.Overflow, Dropped = dropped };
}
