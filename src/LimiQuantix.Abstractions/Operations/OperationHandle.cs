namespace LimiQuantix.Operations;

/// <summary>The caller's hold on a running operation. Letting go of it does not end the operation.</summary>
/// <typeparam name="T">What the operation gives when it succeeds.</typeparam>
public abstract class OperationHandle<T>
{
    /// <summary>The operation's id: enough to find it again after a restart.</summary>
    public abstract Guid Id { get; }

    /// <summary>The resource that the operation works on; known before the operation ends.</summary>
    public abstract Guid ResourceId { get; }

    /// <summary>Follows the progress until the operation ends. A slow reader gets the newest, not every one.</summary>
    /// <param name="cancellationToken">Ends the following, not the operation.</param>
    public abstract IAsyncEnumerable<OperationProgress> WatchProgressAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the operation ends and gives its result.</summary>
    /// <param name="cancellationToken">Ends the wait, not the operation.</param>
    /// <exception cref="LimiQuantixException">The operation's own error, or <see cref="ErrorCodes.Cancelled"/>.</exception>
    public abstract Task<T> CompletedAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the operation to end and to undo what it made. Returns when the wish is stored.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public abstract Task CancelAsync(CancellationToken cancellationToken = default);
}
