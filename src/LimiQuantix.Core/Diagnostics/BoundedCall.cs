namespace LimiQuantix.Core.Diagnostics;

/// <summary>A call that ends in time even when the called one does not look at its token.</summary>
internal static class BoundedCall
{
    /// <summary>Calls and waits for at most the limit.</summary>
    /// <param name="call">What to call; its token is cancelled when the time is up.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The time is up. What the call does afterwards is ignored.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        // On the pool: what blocks before its first await must not hold up the others.
        Task<T> running = Task.Run(() => call(either.Token), CancellationToken.None);
        try
        {
            return await running.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"There was no answer in {limit.TotalSeconds:0} seconds.");
        }
        finally
        {
            _ = running.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
