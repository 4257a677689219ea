using Polly;
using Polly.Retry;

namespace LimiQuantix.Core;

/// <summary>The engine's one way of trying again: only what says it is transient, a bounded number of times, with growing pauses.</summary>
internal sealed class EngineRetry
{
    private const int Attempts = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly ResiliencePipeline _pipeline;

    public EngineRetry(TimeProvider timeProvider) => _pipeline = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is LimiQuantixException { IsTransient: true }),
            MaxRetryAttempts = Attempts,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(250),
            MaxDelay = LongestPause,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as LimiQuantixException)?.Error.RetryAfter is { } pause
                ? pause < LongestPause ? pause : LongestPause
                : (TimeSpan?)null),
        })
        .Build();

    public async Task RunAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await action(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(async token => await action(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
}
