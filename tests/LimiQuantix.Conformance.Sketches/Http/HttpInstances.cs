using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Instances over HTTP.</summary>
public sealed class HttpInstances(HttpWire wire) : IInstances
{
    private const string Noun = nameof(ILimiQuantix.Instances);

    public Task<IReadOnlyList<Instance>> ListAsync(InstanceQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<Instance>>(Noun, nameof(ListAsync), [query], cancellationToken);

    public Task<Instance> GetAsync(InstanceKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Instance>(Noun, nameof(GetAsync), [key, options], cancellationToken);

    public Task<Instance> AddAsync(InstanceSpec spec, AddInstanceOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Instance>(Noun, nameof(AddAsync), [spec, options], cancellationToken);

    public Task RemoveAsync(InstanceKey key, RemoveInstanceOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.DoAsync(Noun, nameof(RemoveAsync), [key, options], cancellationToken);

    public Task<Instance> OpenAsync(InstanceKey key, OpenInstanceOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Instance>(Noun, nameof(OpenAsync), [key, options], cancellationToken);

    public Task<Instance> CloseAsync(InstanceKey key, CloseInstanceOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<Instance>(Noun, nameof(CloseAsync), [key, options], cancellationToken);
}
