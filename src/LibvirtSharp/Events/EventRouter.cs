using LibvirtSharp.Rpc;

namespace LibvirtSharp.Events;

/// <summary>A connection's subscriptions, which outlive the channel that their events come on.</summary>
internal sealed class EventRouter(ConnectionCore core)
{
    private readonly Lock _gate = new();
    private readonly List<LibvirtEventSubscription> _subscriptions = [];
    private ChannelEvents? _events;
    private LibvirtException? _closed;

    /// <exception cref="LibvirtException">The server refuses, does not answer in time, or is not there.</exception>
    public async Task AddAsync(LibvirtEventSubscription subscription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDown(subscription);
        Task[] answers;
        lock (_gate)
        {
            if (_closed is not null)
                throw LibvirtException.ConnectionLost("events", _closed);
            // In the list, a reconnection in the middle of this registers it too; a failure disposes it.
            _subscriptions.Add(subscription);
            answers = _events!.Add(subscription);
        }
        await AnsweredAsync(subscription, answers, subscription.Connection.CallTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Never throws.</summary>
    public async Task RemoveAsync(LibvirtEventSubscription subscription)
    {
        Task taking;
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            taking = _events?.RemoveAsync(subscription) ?? Task.CompletedTask;
        }
        try
        {
            await WithinAsync(taking, subscription.Connection.CallTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LibvirtLog.DeregisterFailed(core.Options.Logger, "the server does not answer");
        }
    }

    /// <summary>From now on events come on this channel: registers everything there. What the server refuses ends, and all else goes on.</summary>
    /// <exception cref="LibvirtException">The server is gone or does not answer in time.</exception>
    public async Task UseAsync(ChannelEvents events, RpcChannel channel, CancellationToken cancellationToken)
    {
        events.Start(channel);
        (LibvirtEventSubscription Subscription, Task[] Answers)[] registering;
        lock (_gate)
        {
            _events = events;
            registering = [.. _subscriptions.Select(subscription => (subscription, events.Add(subscription)))];
        }
        foreach ((LibvirtEventSubscription subscription, Task[] answers) in registering)
        {
            try
            {
                await AnsweredAsync(subscription, answers, core.Options.CallTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (LibvirtException error) when (IsRefusal(error))
            {
                LibvirtLog.SubscriptionRefused(core.Options.Logger, error.Message);
                lock (_gate)
                {
                    _subscriptions.Remove(subscription);
                    _ = events.RemoveAsync(subscription);
                }
                subscription.End(error);
            }
        }
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
            _closed = reason;
            foreach (LibvirtEventSubscription subscription in _subscriptions)
                subscription.End(reason.IsConnectionLost ? reason : LibvirtException.ConnectionLost("events", reason));
            _subscriptions.Clear();
        }
    }

    /// <summary>Nothing is called for a registration that exists; without a connection there is none.</summary>
    private void ThrowIfDown(LibvirtEventSubscription subscription)
    {
        try
        {
            _ = core.Channel;
        }
        catch (LibvirtException down) when (down.InnerException is LibvirtException reason && subscription.Selections is [EventSelection first, ..])
        {
            throw LibvirtException.ConnectionLost(EventRegistration.Procedure(first.Family), reason);
        }
    }

    /// <summary>What may pass, and what went wrong on the way, fails the attempt to connect instead.</summary>
    private static bool IsRefusal(LibvirtException error) =>
        error is { IsConnectionLost: false, IsTransient: false, Domain: not LibvirtErrorDomain.Rpc };

    private async Task AnsweredAsync(LibvirtEventSubscription subscription, Task[] answers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (int i = 0; i < answers.Length; i++)
        {
            try
            {
                await WithinAsync(answers[i], timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw LibvirtException.TimedOut(EventRegistration.Procedure(subscription.Selections[i].Family), timeout);
            }
        }
    }

    private Task WithinAsync(Task task, TimeSpan timeout, CancellationToken cancellationToken) =>
        task.WaitAsync(TimerLimit.Of(timeout), core.Options.TimeProvider, cancellationToken);
}
