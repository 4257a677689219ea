using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Operations;

/// <summary>What a runner knows of its operation, and where it keeps how far it is. Thread-safe.</summary>
internal abstract class OperationContext
{
    /// <summary>The operation as it was when this attempt began.</summary>
    public abstract Operation Operation { get; }

    /// <summary>Whether the user wants the operation to end and to undo what it made.</summary>
    public abstract bool IsCancelRequested { get; }

    /// <summary>Ends when this process may no longer work: the engine stops or lost its lease. An undo runs under this token.</summary>
    public abstract CancellationToken Stopping { get; }

    /// <summary>The engine's lease: every write to the state on the operation's behalf carries it.</summary>
    public abstract StateLease? Fence { get; }

    /// <summary>A logger whose scope names the operation and its resource.</summary>
    public abstract ILogger Logger { get; }

    /// <summary>The request that the operation was submitted with.</summary>
    /// <typeparam name="T">The type it was submitted as.</typeparam>
    public abstract T GetRequest<T>() where T : class;

    /// <summary>What an earlier step, or an earlier attempt, saved; <see langword="null"/> when nothing was.</summary>
    /// <typeparam name="T">The type it was saved as.</typeparam>
    public abstract T? GetCheckpoint<T>() where T : class;

    /// <summary>Stores how far the operation is, before the next step begins. Replaces the former checkpoint.</summary>
    /// <typeparam name="T">A JSON-serialisable type.</typeparam>
    public abstract Task SaveCheckpointAsync<T>(T checkpoint, CancellationToken cancellationToken) where T : class;

    /// <summary>Tells the progress. Cheap: stored about twice a second, the newest wins, the last is always stored.</summary>
    public abstract void Report(OperationProgress progress);
}
