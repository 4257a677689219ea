using Polly;
using Polly.Retry;

namespace LimiQuantix.Providers;

/// <summary>
/// The engine's one way of trying again: only what says it is transient, a bounded number of times, with exponential pauses and jitter,
/// or the pause that was asked for.
/// </summary>
internal static class TransientRetry
{
    public static ResiliencePipeline Create(TransientRetryOptions options, TimeProvider time, Action<LimiQuantixError, TimeSpan>? onRetry = null)
    {
        // Polly has no retry strategy of zero attempts.
        if (options.MaximumRetries == 0) return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaximumRetries,
                Delay = options.Delay,
                MaxDelay = options.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is LimiQuantixException { IsTransient: true } error
                    && (error.Error.RetryAfter ?? TimeSpan.Zero) <= options.LongestRetryAfter),
                DelayGenerator = static arguments =>
                    ValueTask.FromResult((arguments.Outcome.Exception as LimiQuantixException)?.Error.RetryAfter),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is LimiQuantixException error) onRetry?.Invoke(error.Error, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }
}
