using System.Runtime.CompilerServices;

namespace LimiQuantix.Providers.Guards;

/// <summary>
/// What a provider lists or tells, each step a guarded call. Ending it ends the provider's enumerator, within its deadline; where a step was
/// given up, as soon as that has returned, because the two must not overlap.
/// </summary>
internal sealed class GuardedEnumerable<T>(ProviderGuard guard, Func<CancellationToken, IAsyncEnumerable<T>?> call, GuardedCall first, GuardedCall next)
{
    private IAsyncEnumerator<T>? _enumerator;
    private volatile Task _step = Task.CompletedTask;
    private volatile bool _isEnded;

    /// <summary>Enumerates, once.</summary>
    public async IAsyncEnumerable<T> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Not disposed: a step that was given up may still look at it.
        var source = new CancellationTokenSource();
        try
        {
            await guard.RunAsync(guard.ReadCall(first.Member), Begin, source, cancellationToken).ConfigureAwait(false);
            for (var how = first; ; how = next)
            {
                var (hasItem, item) = await guard.RunAsync(how, StepAsync, source, cancellationToken).ConfigureAwait(false);
                if (!hasItem) yield break;
                yield return item ?? throw ProviderErrors.Wrong(guard.Info, how.Member, "an item that is null");
            }
        }
        finally
        {
            _isEnded = true;
            if (_step.IsCompleted) await EndAsync().ConfigureAwait(false);
            else _ = EndLateAsync();
        }
    }

    private Task<bool> Begin(CancellationToken cancellationToken)
    {
        var begun = call(cancellationToken)?.GetAsyncEnumerator(cancellationToken);
        _enumerator = begun ?? throw ProviderErrors.Wrong(guard.Info, first.Member, "null");
        // It took so long that nobody waits for it any more.
        if (_isEnded) _ = EndAsync();
        return Task.FromResult(true);
    }

    private async Task<(bool HasItem, T? Item)> StepAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _step = done.Task;
        try
        {
            return await _enumerator!.MoveNextAsync().ConfigureAwait(false) ? (true, _enumerator.Current) : (false, default);
        }
        finally
        {
            done.SetResult();
        }
    }

    private async Task EndLateAsync()
    {
        await _step.ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _enumerator, null) is { } enumerator)
            await guard.EndAsync(enumerator, $"DisposeAsync of {first.Member}").ConfigureAwait(false);
    }
}
