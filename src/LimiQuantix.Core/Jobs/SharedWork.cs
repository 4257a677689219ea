using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Jobs;

/// <summary>
/// Work that several operations wait for: it belongs to none of them. Joining and leaving happen under the owner's lock; when the last one
/// leaves before the end, the work ends, and is undone only when all who left were cancelled by their users.
/// </summary>
internal sealed class SharedWork(Action ended) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<OperationProgress>? _reports;
    private Func<CancellationToken, Task> _cancel = _ => Task.CompletedTask;
    private OperationProgress? _newest;
    private int _waiters;
    private bool _isToGoOn;
    private bool _isEnding;

    /// <summary>What the work comes to.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Completes when nothing of it is left to do.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether one more may wait for it: it is neither over nor about to be.</summary>
    public bool CanJoin => !_isEnding && !Done.IsCompleted;

    /// <param name="run">The work.</param>
    /// <param name="cancel">Undoes it, after it was stopped. Does not throw.</param>
    public void Start(Func<CancellationToken, Task> run, Func<CancellationToken, Task> cancel)
    {
        _cancel = cancel;
        var leading = ProviderCallScope.Current;

        // It outlives the operation that happens to begin it: only the rule that the engine must lead goes with it.
        using (ExecutionContext.SuppressFlow()) Done = Task.Run(() => RunAsync(run, leading));
    }

    /// <summary>Adds one who waits, and tells what is known of the progress.</summary>
    public void Join(Action<OperationProgress> report)
    {
        _waiters++;
        _reports += report;
        if (_newest is { } newest) report(newest);
    }

    /// <summary>Removes one who waited.</summary>
    /// <returns>Whether it was the last: the caller then calls <see cref="EndAsync"/>.</returns>
    public bool Leave(Action<OperationProgress> report, bool isCancelled)
    {
        _reports -= report;
        _isToGoOn |= !isCancelled;
        if (--_waiters > 0) return false;
        return _isEnding = true;
    }

    /// <summary>Stops the work if it is not over, and undoes it if nobody wants it to go on elsewhere. Does not throw.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            var wasOver = Done.IsCompleted;
            await _stop.CancelAsync().ConfigureAwait(false);
            await Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!wasOver && !_isToGoOn) await _cancel(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ended();
            _ended.SetResult();
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Tells everybody who waits.</summary>
    public void Report(OperationProgress progress)
    {
        _newest = progress;
        _reports?.Invoke(progress);
    }

    private async Task RunAsync(Func<CancellationToken, Task> run, ProviderCallScope? leading)
    {
        using var scope = leading is null ? default : new ProviderCallScope(leading.EnsureLeading, leading.Call with { OperationId = null }).Enter();
        await run(_stop.Token).ConfigureAwait(false);
    }
}
