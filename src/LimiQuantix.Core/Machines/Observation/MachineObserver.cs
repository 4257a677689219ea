using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Core.Instances;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>
/// Follows the hypervisors' events once per process, each hypervisor in a loop of its own, and tells everybody here who waits for a machine. Runs while
/// somebody listens.
/// </summary>
internal sealed class MachineObserver(ProviderInstances providers, TimeProvider timeProvider, ILogger<MachineObserver> logger) : IAsyncDisposable
{
    private const int BufferedEvents = 256;
    private static readonly TimeSpan BetweenResyncs = TimeSpan.FromMinutes(1);
    private readonly InstanceLoops _instances = new(providers, timeProvider, logger);
    private readonly Lock _lock = new();
    private readonly HashSet<Listener> _listeners = [];
    private bool _isDisposed;
    private CancellationTokenSource? _following;
    private Task _followed = Task.CompletedTask;

    /// <summary>
    /// Follows the events from now on. Begins with a resync and has one every minute: a listener that falls behind loses events, and a
    /// hypervisor may lose them without knowing (libvirtd does, docs/decisions/0008).
    /// </summary>
    public IAsyncEnumerable<HypervisorEvent> ListenAsync(CancellationToken cancellationToken) => ListenAsync(null, cancellationToken);

    /// <summary>The same of one hypervisor: what others tell is neither waited for nor in the way.</summary>
    public IAsyncEnumerable<HypervisorEvent> ListenAsync(string hypervisor, NodeId? node, CancellationToken cancellationToken) =>
        ListenAsync((hypervisor, node), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? following;
        Task followed;
        lock (_lock)
        {
            _isDisposed = true;
            (following, _following, followed) = (_following, null, _followed);
            foreach (var listener in _listeners) listener.Channel.Writer.TryComplete();
        }

        if (following is not null) await following.CancelAsync().ConfigureAwait(false);
        await followed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        following?.Dispose();
    }

    private async IAsyncEnumerable<HypervisorEvent> ListenAsync(
        (string Name, NodeId? Node)? hypervisor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<HypervisorEvent>(new BoundedChannelOptions(BufferedEvents) { FullMode = BoundedChannelFullMode.DropOldest });
        var listener = new Listener(channel, hypervisor);
        channel.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Resync });
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _listeners.Add(listener);
            if (_following is null) Follow();
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            await LeaveAsync(listener).ConfigureAwait(false);
        }
    }

    // Under the lock. The loops begin on the pool; those of an earlier following may just be ending.
    private void Follow()
    {
        _following = new CancellationTokenSource();
        var ending = _following.Token;
        Task[] loops =
        [
            Task.Run(() => _instances.RunAsync<IHypervisor>(nameof(IHypervisor.WatchAsync), (instance, token) => FollowAsync(instance, token), ending), CancellationToken.None),
            Task.Run(() => RemindAsync(ending), CancellationToken.None),
        ];
        _followed = Task.WhenAll(_followed.IsCompleted ? loops : loops.Append(_followed));
    }

    /// <summary>A listener goes. With the last one the following ends: nobody reads what it would tell.</summary>
    private async Task LeaveAsync(Listener listener)
    {
        CancellationTokenSource? following = null;
        lock (_lock)
        {
            _listeners.Remove(listener);
            if (_listeners.Count == 0) (following, _following) = (_following, null);
        }

        if (following is null) return;
        await following.CancelAsync().ConfigureAwait(false);
        following.Dispose();
    }

    private async Task FollowAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
        await foreach (var change in hypervisor.WatchAsync(new WatchMachinesRequest(), cancellationToken).ConfigureAwait(false))
            Tell(change, listener => listener.Hypervisor is null || listener.Hypervisor == (instance.Name, instance.Node));
    }

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenResyncs, timeProvider);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false)) Tell(new HypervisorEvent { Kind = HypervisorEventKind.Resync }, _ => true);
    }

    private void Tell(HypervisorEvent change, Func<Listener, bool> whom)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners.Where(whom)) listener.Channel.Writer.TryWrite(change);
        }
    }

    private sealed record Listener(Channel<HypervisorEvent> Channel, (string Name, NodeId? Node)? Hypervisor);
}
