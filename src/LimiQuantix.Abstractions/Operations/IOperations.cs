namespace LimiQuantix.Operations;

/// <summary>Long-running jobs.</summary>
public interface IOperations
{
    /// <summary>Gives one operation.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Operation> GetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists the operations of the caller's project, newest first.</summary>
    /// <param name="resourceId">Only those of one resource.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Operation>> ListAsync(Guid? resourceId = null, CancellationToken cancellationToken = default);

    /// <summary>Follows an operation: first as it is, then every stored change, until it ends.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the following, not the operation.</param>
    IAsyncEnumerable<Operation> WatchAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Asks an operation to end and to undo what it made. Does nothing when it has ended.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CancelAsync(Guid id, CancellationToken cancellationToken = default);
}
