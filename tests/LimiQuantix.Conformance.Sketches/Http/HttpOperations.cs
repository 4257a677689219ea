using LimiQuantix.Operations;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Operations over HTTP.</summary>
public sealed class HttpOperations(HttpWire wire) : IOperations
{
    private const string Noun = nameof(ILimiQuantix.Operations);

    public Task<Operation> GetAsync(Guid id, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Operation>(Noun, nameof(GetAsync), [id, options], cancellationToken);

    public Task<Page<Operation>> ListAsync(OperationQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Page<Operation>>(Noun, nameof(ListAsync), [query], cancellationToken);

    public IAsyncEnumerable<ResourceEvent<Operation>> WatchAsync(OperationQuery query, WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.FollowAsync<ResourceEvent<Operation>>(Noun, nameof(WatchAsync), [query, options], cancellationToken);

    public Task<IReadOnlyList<ResourceAction>> GetActionsAsync(Guid id, ActionsOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<ResourceAction>>(Noun, nameof(GetActionsAsync), [id, options], cancellationToken);

    public IAsyncEnumerable<Operation> WatchAsync(Guid id, FollowOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.FollowAsync<Operation>(Noun, nameof(WatchAsync), [id, options], cancellationToken);

    public Task CancelAsync(Guid id, CancelOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.DoAsync(Noun, nameof(CancelAsync), [id, options], cancellationToken);
}
