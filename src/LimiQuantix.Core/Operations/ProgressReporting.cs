using LimiQuantix.Operations;

namespace LimiQuantix.Core.Operations;

/// <summary>Hands an operation's progress to a host's <see cref="IProgress{T}"/>.</summary>
internal static class ProgressReporting
{
    public static async Task FollowAsync<T>(OperationHandle<T> handle, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        if (progress is null) return;
        await foreach (var step in handle.WatchProgressAsync(cancellationToken).ConfigureAwait(false)) progress.Report(step);
    }
}
