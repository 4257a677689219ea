namespace LibvirtSharp.Events;

/// <summary>One registration at a channel's server and the subscriptions that share it. Whoever uses it holds <see cref="ChannelEvents"/>' lock.</summary>
internal sealed class SharedRegistration(EventSelection selection)
{
    private TaskCompletionSource _answered = New();

    public EventSelection Selection => selection;

    public List<LibvirtEventSubscription> Subscriptions { get; } = [];

    /// <summary>Null until the server has answered, and again once it is being taken back.</summary>
    public EventRoute? Route { get; private set; }

    /// <summary>What registers and takes back now, if anything does.</summary>
    public Task? Working { get; set; }

    /// <summary>Completes when the server sends the events, or nobody wants them any more; faults when it refuses.</summary>
    public Task Answered => _answered.Task;

    public bool IsWanted => Subscriptions.Count > 0;

    public void Register(EventRoute route)
    {
        Route = route;
        _answered.TrySetResult();
    }

    /// <summary>All who share it learn why there is none.</summary>
    public void Refuse(Exception reason)
    {
        Subscriptions.Clear();
        _answered.TrySetException(reason);
        _ = _answered.Task.Exception; // Whoever waited may have gone.
        _answered = New();
    }

    /// <summary>It is being taken back; who comes now waits for the next.</summary>
    public void Reset()
    {
        Route = null;
        _answered = New();
    }

    /// <summary>Nobody is left who wants it.</summary>
    public void Forget() => _answered.TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
