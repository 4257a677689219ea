using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>
/// What a provisioning made, as ways to undo it. Each step registers its undo before it begins, because a step that failed half-way
/// has to be undone too; therefore every undo succeeds when there is nothing to undo.
/// </summary>
internal sealed partial class UndoStack(ILogger logger)
{
    private readonly Stack<(string Step, Func<CancellationToken, Task> Undo)> _undos = new();

    public void Push(string step, Func<CancellationToken, Task> undo) => _undos.Push((step, undo));

    /// <summary>Forgets everything: the provisioning succeeded.</summary>
    public void Clear() => _undos.Clear();

    /// <summary>Undoes everything, newest first. A failing undo does not keep the others from running.</summary>
    /// <returns>What could not be undone.</returns>
    public async Task<IReadOnlyList<Exception>> UndoAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        while (_undos.TryPop(out var entry))
        {
            try
            {
                await entry.Undo(cancellationToken).ConfigureAwait(false);
                LogUndone(logger, entry.Step);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogUndoFailed(logger, exception, entry.Step);
                failures.Add(exception);
            }
        }

        return failures;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Undid {Step}")]
    private static partial void LogUndone(ILogger logger, string step);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not undo {Step}")]
    private static partial void LogUndoFailed(ILogger logger, Exception exception, string step);
}
