using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;

namespace LibvirtSharp.Events;

/// <summary>Brings the server's messages to the subscriptions they belong to, and keeps what must be registered again after a loss.</summary>
internal sealed class EventRouter(ConnectionCore core) : IMessageSink
{
    /// <summary>Messages held for a registration whose answer is being read.</summary>
    private const int MostHeld = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<EventRoute, LibvirtEventSubscription> _routes = [];
    private readonly List<LibvirtEventSubscription> _subscriptions = [];
    private readonly List<object> _held = [];
    private int _registering;

    public void Receive(object message)
    {
        if (EventDecoder.RouteOf(message) is not { } route)
            return;
        lock (_gate)
        {
            // An event may overtake the answer that says which number the registration has.
            if (_routes.TryGetValue(route, out LibvirtEventSubscription? subscription))
                subscription.Deliver(message);
            else if (_registering > 0 && _held.Count < MostHeld)
                _held.Add(message);
        }
    }

    public async Task AddAsync(LibvirtEventSubscription subscription, CancellationToken cancellationToken)
    {
        // First, so that a reconnection in the middle of this registers it too; a failure disposes it.
        lock (_gate)
            _subscriptions.Add(subscription);
        var remote = new RemoteProgram(core, core.Options.CallTimeout);
        await RegisterAsync(subscription, remote, new QemuProgram(core, core.Options.CallTimeout), cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(LibvirtEventSubscription subscription)
    {
        EventRoute[] routes;
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            routes = _routes.Where(pair => pair.Value == subscription).Select(pair => pair.Key).ToArray();
            foreach (EventRoute route in routes)
                _routes.Remove(route);
        }
        if (core.Closed.IsCompleted)
            return;
        try
        {
            var remote = new RemoteProgram(core, core.Options.CallTimeout);
            var qemu = new QemuProgram(core, core.Options.CallTimeout);
            foreach (EventRoute route in routes)
                await EventRegistration.RemoveAsync(remote, qemu, route).ConfigureAwait(false);
        }
        catch (Exception error) when (error is LibvirtException or ObjectDisposedException)
        {
            // A server that is gone has forgotten the registration too.
            LibvirtLog.DeregisterFailed(core.Options.Logger, error.Message);
        }
    }

    /// <summary>Registers everything on a new channel.</summary>
    public async Task RegisterAgainAsync(RemoteProgram remote, QemuProgram qemu, CancellationToken cancellationToken)
    {
        LibvirtEventSubscription[] subscriptions;
        lock (_gate)
        {
            _routes.Clear();
            subscriptions = [.. _subscriptions];
        }
        foreach (LibvirtEventSubscription subscription in subscriptions)
            await RegisterAsync(subscription, remote, qemu, cancellationToken).ConfigureAwait(false);
    }

    public void Resync(LibvirtResyncReason reason)
    {
        lock (_gate)
        {
            foreach (LibvirtEventSubscription subscription in _subscriptions)
                subscription.Deliver(new ResyncEvent { Reason = reason });
        }
    }

    public void Close(LibvirtException reason)
    {
        lock (_gate)
        {
            foreach (LibvirtEventSubscription subscription in _subscriptions)
                subscription.End(reason);
            _subscriptions.Clear();
            _routes.Clear();
        }
    }

    private async Task RegisterAsync(LibvirtEventSubscription subscription, RemoteProgram remote, QemuProgram qemu, CancellationToken cancellationToken)
    {
        lock (_gate)
            _registering++;
        try
        {
            foreach (LibvirtEventKind kind in subscription.Kinds)
            {
                EventRoute route = await EventRegistration.AddAsync(remote, qemu, kind, subscription.Options, cancellationToken).ConfigureAwait(false);
                lock (_gate)
                    AddRoute(route, subscription);
            }
        }
        finally
        {
            lock (_gate)
            {
                if (--_registering == 0)
                    _held.Clear();
            }
        }
    }

    private void AddRoute(EventRoute route, LibvirtEventSubscription subscription)
    {
        _routes[route] = subscription;
        foreach (object message in _held.Where(message => EventDecoder.RouteOf(message) == route))
            subscription.Deliver(message);
        _held.RemoveAll(message => EventDecoder.RouteOf(message) == route);
    }
}
