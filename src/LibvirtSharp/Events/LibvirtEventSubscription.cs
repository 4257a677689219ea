using System.Threading.Channels;
using LibvirtSharp.Events;

namespace LibvirtSharp;

/// <summary>
/// Events from the moment the subscription was made. One consumer reads them with <c>await foreach</c>, at its own pace, and may
/// call libvirt while it does. The sequence ends when the subscription is disposed, and throws <see cref="LibvirtException"/>
/// when the connection is gone for good.
/// </summary>
public sealed class LibvirtEventSubscription : IAsyncEnumerable<LibvirtEvent>, IAsyncDisposable
{
    private readonly LibvirtConnection _connection;
    private readonly EventRouter _router;
    private readonly Channel<LibvirtEvent> _queue;
    private readonly Lock _gate = new();
    private long _dropped;

    internal LibvirtEventSubscription(LibvirtConnection connection, EventRouter router, IReadOnlyList<LibvirtEventKind> kinds, LibvirtSubscriptionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Capacity);
        _connection = connection;
        _router = router;
        Kinds = kinds;
        Options = options;
        _queue = Channel.CreateBounded<LibvirtEvent>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
    }

    /// <summary>What was subscribed to.</summary>
    public IReadOnlyList<LibvirtEventKind> Kinds { get; }

    internal LibvirtSubscriptionOptions Options { get; }

    /// <summary>Reads the events. A second reader takes events from the first.</summary>
    public async IAsyncEnumerator<LibvirtEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_queue.Reader.TryRead(out LibvirtEvent? next))
                yield return next;
            else if (TakeDropped() is > 0 and long dropped)
                yield return new ResyncEvent { Reason = LibvirtResyncReason.Overflow, Dropped = dropped };
            else if (!await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                yield break;
        }
    }

    /// <summary>Ends the sequence and tells the server to send no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete())
            await _router.RemoveAsync(this).ConfigureAwait(false);
    }

    /// <summary>Called on the receiving loop.</summary>
    internal void Deliver(object message)
    {
        if (EventDecoder.Decode(message, _connection) is { } decoded)
            Deliver(decoded);
    }

    internal void Deliver(LibvirtEvent next)
    {
        lock (_gate)
        {
            // After a drop all are dropped until the consumer has seen the notice, so that what it sees stays in order.
            if (_dropped > 0 || !_queue.Writer.TryWrite(next))
                _dropped++;
        }
    }

    internal void End(LibvirtException reason) => _queue.Writer.TryComplete(reason.IsConnectionLost ? reason : LibvirtException.ConnectionLost("events", reason));

    private long TakeDropped()
    {
        lock (_gate)
        {
            long dropped = _dropped;
            _dropped = 0;
            return dropped;
        }
    }
}
