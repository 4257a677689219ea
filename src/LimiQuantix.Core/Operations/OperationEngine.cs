using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// Runs the stored operations while this process holds the engine's lease, and stands by otherwise. An operation that was running when
/// the former engine went is begun again from its checkpoint.
/// </summary>
internal sealed class OperationEngine(
    IStateStore state,
    OperationStore store,
    EngineLease engineLease,
    IEnumerable<IOperationKind> kinds,
    IEnumerable<IEngineService> services,
    IEnumerable<IOperationObserver> observers,
    OperationEngineOptions options,
    TimeProvider timeProvider,
    ILogger<OperationEngine> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, IOperationKind> _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
    private readonly OperationRunParts _runServices = new(state, store, engineLease, options, [.. observers], timeProvider, logger);
    private readonly RepeatedFailures _failures = new(timeProvider);
    private readonly CancellationTokenSource _stopping = new();
    private Task _work = Task.CompletedTask;
    private OperationScheduler? _scheduler;
    private bool _isDisposed;
    private bool _isCutShort;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _work = Task.Run(WorkAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Stops the running operations as they are and gives the lease back, so that another engine goes on at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await CancelAsync(_stopping).ConfigureAwait(false);
        try
        {
            await _work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lease is not given back while something still runs: nobody may begin it a second time meanwhile.
            _isCutShort = true;
            logger.StoppedLate(_scheduler?.RunningCount ?? 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        // The host's shutdown time is over: it is not waited for a second time.
        if (_isCutShort) return;
        using var limit = new CancellationTokenSource(EngineHost.StopTime, timeProvider);
        await StopAsync(limit.Token).ConfigureAwait(false);
        if (!_isCutShort) _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var lease = await engineLease.AcquireAsync(_stopping.Token).ConfigureAwait(false);
                logger.Leads(lease.Token);
                await LeadAsync(lease).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                var (level, trace, reason) = _failures.Judge(this, e, LogLevel.Error);
                logger.EngineFailed(level, trace, reason);
                await PauseAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task LeadAsync(StateLease lease)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var keeping = new CancellationTokenSource();
        var keep = KeepAsync(lease, session, keeping.Token);
        try
        {
            await WorkUnderLeaseAsync(lease, session.Token).ConfigureAwait(false);
        }
        finally
        {
            // Renewed until nothing runs any more: nobody may begin an operation a second time meanwhile.
            await keeping.CancelAsync().ConfigureAwait(false);
            var isHeld = await keep.ConfigureAwait(false);
            // While a provider still works on what was given up, nobody may begin anything: the lease then lapses by itself.
            if (isHeld && _scheduler?.LeftLateCalls != true) await ReleaseAsync(lease).ConfigureAwait(false);
        }
    }

    private async Task WorkUnderLeaseAsync(StateLease lease, CancellationToken session)
    {
        var scheduler = new OperationScheduler(options.MaxParallelPerKind, operation => CreateRun(operation, lease, session));
        _scheduler = scheduler;
        await Task.WhenAll(
        [
            AgainAsync(() => FollowOperationsAsync(scheduler, session), LogFollowFailed, session),
            AgainAsync(() => FollowCancelsAsync(scheduler, session), LogFollowFailed, session),
            .. services.Select(service => AgainAsync(
                () => RunServiceAsync(service, lease, session), e => LogServiceFailed(service, e), session)),
        ]).ConfigureAwait(false);
        await scheduler.DrainAsync().ConfigureAwait(false);
    }

    private void LogFollowFailed(Exception exception)
    {
        var (level, trace, reason) = _failures.Judge(store, exception);
        logger.FollowFailed(level, trace, reason);
    }

    private void LogServiceFailed(IEngineService service, Exception exception)
    {
        var (level, trace, reason) = _failures.Judge(service, exception, LogLevel.Error);
        logger.ServiceFailed(level, trace, reason, service.GetType().Name);
    }

    private async Task RunServiceAsync(IEngineService service, StateLease lease, CancellationToken session)
    {
        // What it makes providers change is made only while this process leads, as an operation's calls are.
        using var entered = new ProviderCallScope(() => _runServices.EnsureLeading(session), OperationRunParts.CallOf(lease, null)).Enter();
        await service.RunAsync(lease, session).ConfigureAwait(false);
    }

    private async Task<bool> KeepAsync(StateLease lease, CancellationTokenSource session, CancellationToken cancellationToken)
    {
        var isHeld = await engineLease.KeepAsync(lease, cancellationToken).ConfigureAwait(false);
        if (!isHeld) await CancelAsync(session).ConfigureAwait(false);
        return isHeld;
    }

    // A runner's callback that throws must not keep the engine from stopping.
    private async Task CancelAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException e)
        {
            logger.CallbackFailed(e.Trace(), e.Reason());
        }
    }

    private async Task ReleaseAsync(StateLease lease)
    {
        try
        {
            await engineLease.ReleaseAsync(lease, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LimiQuantixException e)
        {
            logger.LeaseFailed(LogLevel.Warning, e.Trace(), e.Reason());
        }
    }

    private OperationRun? CreateRun(Operation operation, StateLease lease, CancellationToken stopping)
    {
        if (_kinds.TryGetValue(operation.Kind, out var kind)) return new OperationRun(operation.Id, kind, _runServices, lease, stopping);

        logger.NoRunner(operation.Id, operation.Kind);
        return null;
    }

    private async Task FollowOperationsAsync(OperationScheduler scheduler, CancellationToken cancellationToken)
    {
        var (open, cursor) = await store.ListOpenAsync(cancellationToken).ConfigureAwait(false);
        // What had begun first, then in the order of submission: a waiting operation's version is its submission's.
        foreach (var operation in open.Select(Read).OfType<Operation>().OrderByDescending(o => o.Phase).ThenBy(o => o.Version))
        {
            scheduler.Enqueue(operation);
        }

        await foreach (var change in state.WatchAsync(OperationKeys.Prefix, cursor, cancellationToken).ConfigureAwait(false))
        {
            // What has begun or ended meanwhile is found out when its turn comes.
            if (change.Entry is not null && Read(change.Entry) is { } operation && !OperationStore.HasEnded(operation)) scheduler.Enqueue(operation);
        }
    }

    private Operation? Read(StateEntry entry)
    {
        try
        {
            return DocumentSerializer<Operation>.Read(entry).Value;
        }
        catch (LimiQuantixException e) when (e.Code == ErrorCodes.DataCorrupt)
        {
            logger.Unreadable(e.Trace(), e.Reason(), entry.Key);
            return null;
        }
    }

    private async Task FollowCancelsAsync(OperationScheduler scheduler, CancellationToken cancellationToken)
    {
        await foreach (var change in state.FollowAsync(OperationKeys.CancelPrefix, [], cancellationToken).ConfigureAwait(false))
        {
            if (change.Entry is not null && Guid.TryParse(change.Key.AsSpan(OperationKeys.CancelPrefix.Length), out var id)) scheduler.Cancel(id);
        }
    }

    private async Task AgainAsync(Func<Task> work, Action<Exception> logFailure, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work().ConfigureAwait(false);
                await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logFailure(e);
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(RetryPause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Its caller looks at the token.
        }
    }
}
