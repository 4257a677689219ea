using System.Threading.Channels;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>
/// Follows the hypervisor's events once per process and tells everybody here who waits for a machine. Runs while somebody listens.
/// </summary>
internal sealed partial class MachineObserver(ProviderInstances providers, TimeProvider timeProvider, ILogger<MachineObserver> logger) : IAsyncDisposable
{
    private const int BufferedEvents = 256;
    private static readonly TimeSpan BetweenResyncs = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<HypervisorEvent>> _listeners = [];
    private bool _isDisposed;
    private CancellationTokenSource? _following;
    private Task _loops = Task.CompletedTask;

    /// <summary>
    /// Follows the events from now on. Begins with a resync and has one every minute: a listener that falls behind loses events, and a
    /// hypervisor may lose them without knowing (libvirtd does, docs/decisions/0008).
    /// </summary>
    public async IAsyncEnumerable<HypervisorEvent> ListenAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<HypervisorEvent>(new BoundedChannelOptions(BufferedEvents) { FullMode = BoundedChannelFullMode.DropOldest });
        channel.Writer.TryWrite(new HypervisorEvent { Kind = HypervisorEventKind.Resync });
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _listeners.Add(channel);
            if (_following is null) Follow();
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            await LeaveAsync(channel).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? following;
        Task loops;
        lock (_lock)
        {
            _isDisposed = true;
            (following, _following, loops) = (_following, null, _loops);
            foreach (var listener in _listeners) listener.Writer.TryComplete();
        }

        if (following is not null) await following.CancelAsync().ConfigureAwait(false);
        await loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        following?.Dispose();
    }

    // Under the lock. The loops begin on the pool; those of an earlier following may just be ending.
    private void Follow()
    {
        _following = new CancellationTokenSource();
        var ending = _following.Token;
        var loops = providers.All<IHypervisor>().Select(instance => Task.Run(() => FollowAsync(instance, ending), CancellationToken.None))
            .Append(Task.Run(() => RemindAsync(ending), CancellationToken.None));
        _loops = Task.WhenAll(_loops.IsCompleted ? loops : loops.Append(_loops));
    }

    /// <summary>A listener goes. With the last one the following ends: nobody reads what it would tell.</summary>
    private async Task LeaveAsync(Channel<HypervisorEvent> channel)
    {
        CancellationTokenSource? following = null;
        lock (_lock)
        {
            _listeners.Remove(channel);
            if (_listeners.Count == 0) (following, _following) = (_following, null);
        }

        if (following is null) return;
        await following.CancelAsync().ConfigureAwait(false);
        following.Dispose();
    }

    private async Task FollowAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
                await foreach (var change in hypervisor.WatchAsync(new WatchMachinesRequest(), cancellationToken).ConfigureAwait(false)) Tell(change);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWatchFailed(logger, exception, instance.Name);
            }

            await Task.Delay(PauseAfterFailure, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RemindAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenResyncs, timeProvider);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false)) Tell(new HypervisorEvent { Kind = HypervisorEventKind.Resync });
    }

    private void Tell(HypervisorEvent change)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners) listener.Writer.TryWrite(change);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Following the events of hypervisor {Instance} failed; it is tried again")]
    private static partial void LogWatchFailed(ILogger logger, Exception exception, string instance);
}
