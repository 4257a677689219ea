namespace LimiQuantix.Images.Download;

/// <summary>Waits for tasks that belong together: the first failure ends the others, and is the one that is thrown.</summary>
internal static class FirstFailure
{
    public static async Task WhenAllAsync(IReadOnlyCollection<Task> tasks, CancellationTokenSource stop)
    {
        Task? first = null;
        await foreach (var task in Task.WhenEach(tasks).ConfigureAwait(false))
        {
            if (task.IsCompletedSuccessfully) continue;
            // A task that was only cancelled followed somebody else's failure, or the caller's wish.
            if (first is null || (first.IsCanceled && task.IsFaulted)) first = task;
            await stop.CancelAsync().ConfigureAwait(false);
        }

        if (first is not null) await first.ConfigureAwait(false);
    }
}
