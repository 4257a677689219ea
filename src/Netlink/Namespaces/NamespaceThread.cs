using System.Runtime.InteropServices;

namespace Netlink;

/// <summary>
/// Runs something in another network namespace, on a thread of its own that is back in its own namespace before anybody hears of it: a thread that
/// is made by one in another namespace begins there, and whoever completes a task may make one for the pool.
/// </summary>
internal static class NamespaceThread
{
    private static readonly Lazy<bool> SignalsAreHandled = new(HandleSignals);

    /// <param name="target">Where it runs; null for where the thread is.</param>
    /// <param name="function">What runs. It may itself go elsewhere, as unshare(2) does.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    public static Task<T> RunAsync<T>(NetworkNamespace? target, Func<T> function, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Network namespaces are Linux's.");
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        // The runtime's thread for signals, which a first process starts, is not to begin in there.
        _ = SignalsAreHandled.Value;
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                completion.TrySetResult(Inside(target, function));
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

    /// <summary>Runs something in another namespace on the calling thread, and comes back.</summary>
    public static T Inside<T>(NetworkNamespace? target, Func<T> function)
    {
        using NetworkNamespace own = NetworkNamespace.OpenCurrent();
        target?.Enter();
        try
        {
            return function();
        }
        finally
        {
            own.EnterIfElsewhere();
        }
    }

    private static bool HandleSignals()
    {
        if (OperatingSystem.IsLinux())
            PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => { }).Dispose();
        return true;
    }

    private static async Task<T> WaitAsync<T>(Task<T> running, CancellationToken cancellationToken)
    {
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = LetGoAsync(running);
            throw;
        }
    }

    /// <summary>What comes of it is nobody's any more: a failure is not looked at, and what holds a descriptor is let go.</summary>
    private static async Task LetGoAsync<T>(Task<T> running)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompletedSuccessfully && await running.ConfigureAwait(false) is IDisposable result)
            result.Dispose();
    }
}
