using System.Threading.Channels;
using LimiQuantix.Core.Plugins;
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
    private readonly CancellationTokenSource _ending = new();
    private Task? _loop;

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
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            _listeners.Add(channel);
            _loop ??= Task.WhenAll(
                providers.All<IHypervisor>().Select(instance => FollowAsync(instance.Name, _ending.Token)).Append(RemindAsync(_ending.Token)));
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            lock (_lock) _listeners.Remove(channel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task? loop;
        lock (_lock)
        {
            loop = _loop;
            foreach (var listener in _listeners) listener.Writer.TryComplete();
        }

        if (loop is not null) await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task FollowAsync(string instance, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var hypervisor = await providers.GetAsync<IHypervisor>(instance, cancellationToken).ConfigureAwait(false);
                await foreach (var change in hypervisor.WatchAsync(cancellationToken).ConfigureAwait(false)) Tell(change);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogWatchFailed(logger, exception, instance);
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
