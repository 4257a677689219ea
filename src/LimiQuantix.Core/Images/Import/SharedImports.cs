using System.Collections.Concurrent;
using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>Imports of the same bytes at the same time share one download, in whatever project they were asked for.</summary>
internal sealed class SharedImports
{
    private readonly ConcurrentDictionary<string, SharedImport> _running = new(StringComparer.Ordinal);

    /// <summary>Runs an import, or waits for the one of the same key that is running already.</summary>
    /// <param name="key">What makes two imports the same: source and expected digest.</param>
    /// <param name="import">Does it; called when nobody else does it already.</param>
    /// <param name="report">Told of the progress, whoever makes it.</param>
    /// <param name="cancellationToken">Ends the wait; when it ends the import itself, another waiter begins it anew.</param>
    public async Task<StoredImage> RunAsync(
        string key,
        Func<Action<OperationProgress>, Task<StoredImage>> import,
        Action<OperationProgress> report,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mine = new SharedImport();
            var shared = _running.GetOrAdd(key, mine);
            if (shared == mine) return await LeadAsync(key, mine, import, report).ConfigureAwait(false);
            shared.Progressed += report;
            try
            {
                // Null: the one that did it was cancelled or failed; its failure need not be ours, so do it ourselves.
                if (await shared.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } stored) return stored;
            }
            finally
            {
                shared.Progressed -= report;
            }
        }
    }

    private async Task<StoredImage> LeadAsync(
        string key, SharedImport mine, Func<Action<OperationProgress>, Task<StoredImage>> import, Action<OperationProgress> report)
    {
        StoredImage? stored = null;
        mine.Progressed += report;
        try
        {
            return stored = await import(mine.Report).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(key, out _);
            mine.Completion.SetResult(stored);
        }
    }
}
