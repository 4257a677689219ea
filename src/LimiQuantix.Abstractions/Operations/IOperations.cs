namespace LimiQuantix.Operations;

/// <summary>Long-running jobs.</summary>
public interface IOperations
{
    /// <summary>Gives one operation.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">An operation is always what is stored.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Operation> GetAsync(Guid id, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Gives a page of a list.</summary>
    /// <param name="query">Which ones; without it all of the caller's project, newest first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: the query, or its cursor, is not valid; <see cref="ErrorCodes.Conflict"/>: the cursor is of a
    /// former era of the state; <see cref="ErrorCodes.PermissionDenied"/>.
    /// </exception>
    Task<Page<Operation>> ListAsync(OperationQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Follows the operations of a query: first each as it is, then every stored change.</summary>
    /// <param name="query">Which ones. Order, limit and cursor mean nothing here.</param>
    /// <param name="options">Where to begin.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>; <see cref="ErrorCodes.Conflict"/>: the position cannot be gone on from: list again.
    /// </exception>
    IAsyncEnumerable<ResourceEvent<Operation>> WatchAsync(OperationQuery query, WatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells what can be done with an operation now, and why not.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">An operation is always what is stored.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<IReadOnlyList<ResourceAction>> GetActionsAsync(Guid id, ActionsOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows an operation: first as it is, then every stored change, until it ends.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">What the caller knows already.</param>
    /// <param name="cancellationToken">Ends the following, not the operation.</param>
    IAsyncEnumerable<Operation> WatchAsync(Guid id, FollowOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Asks an operation to end and to undo what it made. Does nothing when it has ended.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CancelAsync(Guid id, CancelOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Which operations. They have no names and no labels.</summary>
public sealed record OperationQuery : ResourceQuery
{
    /// <summary>All of the caller's project, newest first.</summary>
    public OperationQuery() => Descending = true;

    /// <summary>On this resource.</summary>
    public Guid? ResourceId { get; init; }

    /// <summary>Of this kind, such as <c>machines.create</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>In this phase.</summary>
    public OperationPhase? Phase { get; init; }

    /// <summary>Whether they have ended.</summary>
    public bool? HasEnded { get; init; }
}

/// <summary>How to cancel an operation.</summary>
public sealed record CancelOptions;
