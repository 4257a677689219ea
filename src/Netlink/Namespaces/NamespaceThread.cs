namespace Netlink;

/// <summary>
/// Runs something on a thread of its own, which ends with it: a thread that has entered a namespace would take whatever else ran on it
/// there, so it is never one of the pool.
/// </summary>
internal static class NamespaceThread
{
    public static Task<T> RunAsync<T>(NetworkNamespace? target, Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                target?.Enter();
                completion.TrySetResult(function());
            }
            catch (Exception exception)
            {
                completion.TrySetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = "netlink namespace",
        }.UnsafeStart();
        return WaitAsync(completion.Task, cancellationToken);
    }

    private static async Task<T> WaitAsync<T>(Task<T> running, CancellationToken cancellationToken)
    {
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What comes of it is nobody's any more; what holds a descriptor is let go.
            _ = running.ContinueWith(
                static each =>
                {
                    _ = each.Exception;
                    if (each.IsCompletedSuccessfully)
                        (each.Result as IDisposable)?.Dispose();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
