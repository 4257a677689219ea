namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>The verbs that every noun has, over HTTP.</summary>
public abstract class HttpResources<TResource, TQuery, TUpdate>(HttpWire wire, string noun) : IResources<TResource, TQuery, TUpdate>
    where TResource : class, IResource
    where TQuery : ResourceQuery
    where TUpdate : ResourceUpdate
{
    /// <summary>The noun's name.</summary>
    protected string Noun => noun;

    public Task<TResource> GetAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<TResource>(Noun, nameof(GetAsync), [resource, options], cancellationToken);

    public Task<TResource?> FindAsync(ResourceReference resource, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<TResource?>(Noun, nameof(FindAsync), [resource, options], cancellationToken);

    public Task<Page<TResource>> ListAsync(TQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Page<TResource>>(Noun, nameof(ListAsync), [query], cancellationToken);

    public Task<TResource> UpdateAsync(ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<TResource>(Noun, nameof(UpdateAsync), [resource, update, options], cancellationToken);

    public Task<ResourcePlan> PlanUpdateAsync(ResourceReference resource, TUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<ResourcePlan>(Noun, nameof(PlanUpdateAsync), [resource, update, options], cancellationToken);

    public IAsyncEnumerable<ResourceEvent<TResource>> WatchAsync(TQuery query, WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.FollowAsync<ResourceEvent<TResource>>(Noun, nameof(WatchAsync), [query, options], cancellationToken);

    public Task<IReadOnlyList<ResourceAction>> GetActionsAsync(ResourceReference resource, ActionsOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<ResourceAction>>(Noun, nameof(GetActionsAsync), [resource, options], cancellationToken);
}
