using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Instances;

/// <summary>
/// Runs one loop for each instance of a contract while it is there and open. No loop waits for another's: an instance that hangs or fails costs the others
/// nothing. Work that ends or fails is begun again after a pause that grows while it fails at once.
/// </summary>
internal sealed partial class InstanceLoops(ProviderInstances providers, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>
    /// How many calls of one member may be late before a loop asks no more until one has returned: each may hold a thread, and a loop goes on for ever.
    /// </summary>
    public const int MaxLate = 2;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly RepeatedFailures _failures = new(timeProvider);

    /// <summary>Runs until the token ends, and returns when every loop has.</summary>
    /// <param name="member">The member that the work waits in.</param>
    /// <param name="work">What is done with an instance. Its token ends also when the instance is closed or removed.</param>
    /// <param name="cancellationToken">Ends all.</param>
    public async Task RunAsync<TProvider>(string member, Func<ProviderInstanceInfo, CancellationToken, Task> work, CancellationToken cancellationToken)
        where TProvider : class, IProvider
    {
        var loops = new Dictionary<(Type, string, NodeId?), Loop>();
        try
        {
            await foreach (var _ in providers.FollowAsync(cancellationToken).ConfigureAwait(false))
            {
                var open = providers.All<TProvider>().ToDictionary(instance => instance.Key);
                foreach (var (key, loop) in loops)
                {
                    if (open.ContainsKey(key)) continue;
                    await loop.Ending.CancelAsync().ConfigureAwait(false);
                    if (!loop.Task.IsCompleted) continue;
                    loop.Ending.Dispose();
                    loops.Remove(key);
                }

                foreach (var (key, instance) in open)
                {
                    var earlier = loops.GetValueOrDefault(key);
                    if (earlier is { Ending.IsCancellationRequested: false }) continue;
                    earlier?.Ending.Dispose();
                    var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    loops[key] = new Loop(ending, Task.Run(() => KeepAsync(instance, member, work, earlier?.Task ?? Task.CompletedTask, ending.Token), CancellationToken.None));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loops end with the same token.
        }
        finally
        {
            foreach (var loop in loops.Values) await loop.Ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops.Values.Select(loop => loop.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var loop in loops.Values) loop.Ending.Dispose();
        }
    }

    private async Task KeepAsync(
        ProviderInstanceInfo instance, string member, Func<ProviderInstanceInfo, CancellationToken, Task> work, Task earlier, CancellationToken cancellationToken)
    {
        // One that was closed and opened again has one loop all the same.
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var begin = timeProvider.GetTimestamp();
            if (providers.CountLate(instance, member) < MaxLate)
            {
                try
                {
                    await work(instance, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception exception)
                {
                    var (level, trace, reason) = _failures.Judge(instance.Key, exception);
                    LogFailed(logger, level, trace, reason, instance.Contract.Name, instance.Name, instance.Node);
                }
            }

            // What went on for a while worked.
            if (timeProvider.GetElapsedTime(begin) > LongestPause)
            {
                pause = FirstPause;
                _failures.Forget(instance.Key);
            }

            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private sealed record Loop(CancellationTokenSource Ending, Task Task);

    [LoggerMessage(EventId = 1, Message = "Following {Contract} {Instance} of node {Node} failed; it is tried again: {Reason}")]
    private static partial void LogFailed(ILogger logger, LogLevel level, Exception? exception, string reason, string contract, string instance, NodeId? node);
}
