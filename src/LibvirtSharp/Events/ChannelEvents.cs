using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using Microsoft.Extensions.Logging;

namespace LibvirtSharp.Events;

/// <summary>
/// The registrations at one channel's server, and what it sends for them. libvirt refuses a client that registers twice for the same, so
/// subscriptions share: the first that wants something has it registered, the last takes it back, unless it is the last at its driver
/// (decision 0008). The calls for one registration are made one after the other, and none is given up: nobody could take a registration
/// back whose number was not read.
/// </summary>
internal sealed class ChannelEvents(ILogger logger) : IMessageSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventSelection, SharedRegistration> _registrations = [];
    private readonly Dictionary<EventRoute, SharedRegistration> _routes = [];
    private readonly HeldEvents _held = new();
    private RemoteProgram? _remote;
    private QemuProgram? _qemu;
    private int _registering;

    /// <summary>Says where to register; before that nothing is added.</summary>
    public void Start(RpcChannel channel)
    {
        _remote = new RemoteProgram(channel, Timeout.InfiniteTimeSpan);
        _qemu = new QemuProgram(channel, Timeout.InfiniteTimeSpan);
    }

    public void Receive(object message, int bytes)
    {
        if (EventDecoder.RouteOf(message) is not { } route)
            return;
        lock (_gate)
        {
            // An event may overtake the answer that says which number the registration has.
            if (_routes.TryGetValue(route, out SharedRegistration? registration))
            {
                foreach (LibvirtEventSubscription subscription in registration.Subscriptions)
                    subscription.Deliver(message, bytes);
            }
            else if (_registering > 0)
            {
                _held.Add(route, message, bytes);
            }
        }
    }

    /// <summary>Has everything registered that a subscription wants.</summary>
    /// <returns>For each the server's answer.</returns>
    public Task[] Add(LibvirtEventSubscription subscription)
    {
        lock (_gate)
            return [.. subscription.Selections.Select(selection => Add(selection, subscription))];
    }

    /// <summary>The subscription gets no more, and what only it wanted is taken back.</summary>
    /// <returns>Completes, never faults, when that is done.</returns>
    public Task RemoveAsync(LibvirtEventSubscription subscription)
    {
        var taking = new List<Task>();
        lock (_gate)
        {
            foreach (SharedRegistration registration in _registrations.Values)
            {
                if (registration.Subscriptions.Remove(subscription) && !registration.IsWanted)
                    taking.Add(Work(registration));
            }
        }
        return Task.WhenAll(taking);
    }

    private Task Add(EventSelection selection, LibvirtEventSubscription subscription)
    {
        if (!_registrations.TryGetValue(selection, out SharedRegistration? registration))
            _registrations.Add(selection, registration = new SharedRegistration(selection));
        registration.Subscriptions.Add(subscription);
        if (registration.Route is null)
            Work(registration);
        return registration.Answered;
    }

    private Task Work(SharedRegistration registration) => registration.Working ??= WorkAsync(registration);

    /// <summary>Registers and takes back until what is registered is what is wanted, and what has to stay.</summary>
    private async Task WorkAsync(SharedRegistration registration)
    {
        // The lock is held; calls are made outside it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            EventRoute? taken;
            lock (_gate)
            {
                taken = registration.Route;
                if (registration.IsWanted == taken.HasValue || IsLastOfDriver(registration))
                {
                    registration.Working = null;
                    if (!registration.IsWanted && taken is null)
                    {
                        _registrations.Remove(registration.Selection);
                        registration.Forget();
                    }
                    return;
                }
                if (taken is { } route)
                {
                    _routes.Remove(route);
                    registration.Reset();
                }
                else
                {
                    _registering++;
                }
            }
            if (taken is { } old)
                await TakeBackAsync(old).ConfigureAwait(false);
            else
                await RegisterAsync(registration).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A daemon loses what happens in the moment in which a driver's last registration goes, and with it every later event of that driver,
    /// for every client, until all have gone again. So it stays, also when nobody wants it.
    /// </summary>
    private bool IsLastOfDriver(SharedRegistration registration) =>
        registration is { Route: not null, Selection.Driver: { } driver } &&
        !_registrations.Values.Any(other => other != registration && other.Route is not null && other.Selection.Driver == driver);

    private async Task RegisterAsync(SharedRegistration registration)
    {
        EventRoute? answer = null;
        Exception? refusal = null;
        try
        {
            answer = await EventRegistration.AddAsync(_remote!, _qemu!, registration.Selection).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            refusal = error;
        }
        lock (_gate)
        {
            if (answer is { } route)
            {
                _routes[route] = registration;
                _held.Deliver(route, registration.Subscriptions);
                registration.Register(route);
                // What only stayed for want of another need not any more.
                foreach (SharedRegistration other in _registrations.Values.Where(other => other is { IsWanted: false, Route: not null }))
                    Work(other);
            }
            else
            {
                registration.Refuse(refusal!);
            }
            if (--_registering == 0)
                _held.Clear();
        }
    }

    private async Task TakeBackAsync(EventRoute route)
    {
        try
        {
            await EventRegistration.RemoveAsync(_remote!, _qemu!, route).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // A server that is gone has forgotten the registration too.
            LibvirtLog.DeregisterFailed(logger, error.Message);
        }
    }
}
