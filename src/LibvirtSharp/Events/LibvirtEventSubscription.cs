using LibvirtSharp.Events;

namespace LibvirtSharp;

/// <summary>
/// Events from the moment the subscription was made. One consumer reads them with <c>await foreach</c>, at its own pace, and may
/// call libvirt while it does. The sequence ends when the subscription is disposed, and throws <see cref="LibvirtException"/>
/// when the connection is gone for good, or libvirt refuses to register the subscription again after a reconnection.
/// </summary>
public sealed class LibvirtEventSubscription : IAsyncEnumerable<LibvirtEvent>, IAsyncDisposable
{
    private readonly EventRouter _router;
    private readonly EventBuffer _buffer;

    internal LibvirtEventSubscription(LibvirtConnection connection, EventRouter router, IReadOnlyList<LibvirtEventKind> kinds, LibvirtSubscriptionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Capacity);
        foreach (LibvirtEventKind kind in kinds)
        {
            if (!Enum.IsDefined(kind))
                throw new ArgumentOutOfRangeException(nameof(kinds), kind, "There is no such kind of event.");
        }
        // Another daemon has no such domain, and would never send an event of it.
        if (options.Domain is { } domain)
            connection.RefuseForeign(domain.Connection, domain, nameof(options));
        Connection = connection;
        _router = router;
        Kinds = kinds;
        Selections = [.. kinds.Select(kind => EventSelection.Of(kind, options)).Distinct()];
        _buffer = new EventBuffer(options.Capacity);
    }

    /// <summary>What was subscribed to.</summary>
    public IReadOnlyList<LibvirtEventKind> Kinds { get; }

    internal LibvirtConnection Connection { get; }

    /// <summary>What is registered for it, once each.</summary>
    internal IReadOnlyList<EventSelection> Selections { get; }

    /// <summary>Reads the events. A second reader takes events from the first.</summary>
    public async IAsyncEnumerator<LibvirtEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_buffer.TryTake(out LibvirtEvent? next))
                yield return next;
            else if (!await _buffer.WaitAsync(cancellationToken).ConfigureAwait(false))
                yield break;
        }
    }

    /// <summary>
    /// Ends the sequence, tells the server to send no more and waits for its answer, as long as a call may take. The connection's last
    /// registration at a driver stays until the connection is closed, and what comes for it is ignored: libvirtd may lose every later event
    /// of a driver when its last registration goes.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_buffer.TryEnd())
            await _router.RemoveAsync(this).ConfigureAwait(false);
    }

    /// <summary>Called on the receiving loop.</summary>
    internal void Deliver(object message, int bytes)
    {
        if (EventDecoder.Decode(message, Connection) is { } decoded)
            _buffer.Add(decoded, bytes);
    }

    internal void Deliver(ResyncEvent notice) => _buffer.Add(notice, 0);

    /// <summary>So many of its events were dropped before they could be delivered.</summary>
    internal void Miss(long count) => _buffer.Miss(count);

    internal void End(LibvirtException reason) => _buffer.TryEnd(reason);
}
