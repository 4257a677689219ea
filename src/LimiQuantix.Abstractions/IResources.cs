namespace LimiQuantix;

/// <summary>
/// What can be done with every noun. Members are added in minor versions: it is implemented by this SDK alone (engine, client, fakes).
/// </summary>
/// <typeparam name="TResource">The noun.</typeparam>
/// <typeparam name="TQuery">Which of them.</typeparam>
/// <typeparam name="TUpdate">What to change of one.</typeparam>
public interface IResources<TResource, TQuery, TUpdate>
    where TResource : class, IResource
    where TQuery : ResourceQuery
    where TUpdate : ResourceUpdate
{
    /// <summary>Gives one resource. Observes it now, where it can be observed; lists and watches tell what is stored.</summary>
    /// <param name="resource">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="options">Whether to observe.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: there is none that the caller sees.</exception>
    Task<TResource> GetAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="GetAsync"/>, or <see langword="null"/> when there is none that the caller sees.</summary>
    /// <param name="resource">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="options">Whether to observe.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<TResource?> FindAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Gives a page of a list.</summary>
    /// <param name="query">Which ones; without it all of the caller's project, oldest first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: the query, or its cursor, is not valid; <see cref="ErrorCodes.Conflict"/>: the cursor is of a
    /// former era of the state; <see cref="ErrorCodes.PermissionDenied"/>.
    /// </exception>
    Task<Page<TResource>> ListAsync(TQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Changes a resource's name, labels or sharing, and what else the noun's update has. Changes nothing when it is so already.</summary>
    /// <param name="resource">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="update">What to change.</param>
    /// <param name="options">What the resource must still be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The resource as it is stored now.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.InvalidArgument"/>: every problem at once; <see cref="ErrorCodes.Conflict"/>: the
    /// name is taken; <see cref="ErrorCodes.VersionMismatch"/>; <see cref="ErrorCodes.FailedPrecondition"/>: its name is the installation's.
    /// </exception>
    Task<TResource> UpdateAsync(
        ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells what an update would do, and changes nothing.</summary>
    /// <param name="resource">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="update">What to change.</param>
    /// <param name="options">What the resource must still be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>, <see cref="ErrorCodes.PermissionDenied"/>.</exception>
    Task<ResourcePlan> PlanUpdateAsync(
        ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows the resources of a query: first each as it is stored, then every stored change. A resource may be told more than once; the newest is
    /// never left out.
    /// </summary>
    /// <param name="query">Which ones. Order, limit and cursor mean nothing here.</param>
    /// <param name="options">Where to begin.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>; <see cref="ErrorCodes.Conflict"/>: the position cannot be gone on from: list again.
    /// </exception>
    IAsyncEnumerable<ResourceEvent<TResource>> WatchAsync(TQuery query, WatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells what can be done with a resource now, and why not.</summary>
    /// <param name="resource">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="options">Whether to observe.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<IReadOnlyList<ResourceAction>> GetActionsAsync(
        ResourceReference resource, ActionsOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Something that could be done with a resource now, or why not.</summary>
public sealed record ResourceAction
{
    /// <summary>The action, such as <c>update</c>, <c>delete</c>, <c>start</c>, <c>screenshot</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it can be done now.</summary>
    public bool IsPossible => Reason is null;

    /// <summary>Why it cannot be done now.</summary>
    public string? Reason { get; init; }
}
