using Polly;
using Polly.Retry;

namespace LimiQuantix.Core.Images.Download;

/// <summary>Tries again what failed for a transient reason: exponential pauses with jitter, or the pause that the server asked for.</summary>
internal static class TransientRetry
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for more than this is not waited for: the next mirror may be free.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    public static ResiliencePipeline Create(ImageLibraryOptions options, TimeProvider time, Action<LimiQuantixError, TimeSpan> onRetry)
    {
        // Polly has no retry strategy of zero attempts.
        if (options.MaximumRetries == 0) return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaximumRetries,
                Delay = options.RetryDelay,
                MaxDelay = LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static arguments => ValueTask.FromResult(IsWorthAnotherTry(arguments.Outcome.Exception)),
                DelayGenerator = static arguments =>
                    ValueTask.FromResult((arguments.Outcome.Exception as LimiQuantixException)?.Error.RetryAfter),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is LimiQuantixException error) onRetry(error.Error, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    private static bool IsWorthAnotherTry(Exception? error) =>
        error is LimiQuantixException { IsTransient: true } transient && (transient.Error.RetryAfter ?? TimeSpan.Zero) <= LongestRetryAfter;
}
