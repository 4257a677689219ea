namespace LimiQuantix.Core.Diagnostics;

/// <summary>A limit on calls into instances that is shorter than their own deadlines. The instances are guarded: they end when the token is cancelled.</summary>
internal static class BoundedCall
{
    /// <summary>Calls and waits for at most the limit.</summary>
    /// <param name="call">What to call; its token is cancelled when the time is up.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The time is up.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"There was no answer in {limit.TotalSeconds:0} seconds.");
        }
    }
}
