namespace LibvirtSharp.Tests.Support;

/// <summary>Reads what <see cref="EventFlow"/> causes: suspended and resumed in turn, but for where a resync says that some may be missing.</summary>
internal sealed class AlternationReader(LibvirtEventSubscription subscription)
{
    private DomainEventType? _last;
    private bool _gap;

    public List<LibvirtResyncReason> Resyncs { get; } = [];

    /// <summary>Reads so many events, which must be in turn.</summary>
    public async Task ReadAsync(int count)
    {
        await ReadAsync(() => count-- == 0);
        Assert.That(_gap, Is.False, "an event is missing or out of its order");
    }

    /// <summary>Reads until there was this notice.</summary>
    public Task ResyncAsync(LibvirtResyncReason reason) => ReadAsync(() => Resyncs.Contains(reason));

    private async Task ReadAsync(Func<bool> enough)
    {
        using var deadline = new CancellationTokenSource(Daemon.Patience);
        if (enough())
            return;
        await foreach (LibvirtEvent next in subscription.WithCancellation(deadline.Token))
        {
            if (next is ResyncEvent resync)
            {
                Resyncs.Add(resync.Reason);
                _last = null;
                _gap = false;
            }
            else if (next is DomainLifecycleEvent { Type: var type })
            {
                // The first events of a new connection may come before the notice.
                _gap |= type == _last;
                _last = type;
            }
            if (enough())
                return;
        }
        throw new InvalidOperationException("The events ended.");
    }
}
