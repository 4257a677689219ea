using LimiQuantix.Providers;
using Polly;

namespace LimiQuantix.Core;

/// <summary>Tries the calls of hypervisors, pools and fabrics again.</summary>
internal sealed class EngineRetry(TimeProvider timeProvider)
{
    private static readonly TransientRetryOptions Options = new()
    {
        MaximumRetries = 6,
        Delay = TimeSpan.FromMilliseconds(250),
        LongestDelay = TimeSpan.FromSeconds(10),
        LongestRetryAfter = TimeSpan.FromMinutes(1),
    };

    private readonly ResiliencePipeline _pipeline = TransientRetry.Create(Options, timeProvider);

    public async Task RunAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await action(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await action(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <param name="action">The call.</param>
    /// <param name="onRetry">Told of each failure that is not the last, and the pause that follows.</param>
    /// <param name="cancellationToken">Ends the calls and the pauses.</param>
    public async Task RunAsync(Func<CancellationToken, Task> action, Action<LimiQuantixError, TimeSpan> onRetry, CancellationToken cancellationToken) =>
        await TransientRetry.Create(Options, timeProvider, onRetry)
            .ExecuteAsync(async token => await action(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
}
