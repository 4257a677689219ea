using LimiQuantix.Networks;
using LimiQuantix.Providers.Features;

namespace LimiQuantix.Providers.Guards;

/// <summary>A network fabric, guarded.</summary>
internal sealed class GuardedNetworkBackend(INetworkBackend inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), INetworkBackend
{
    public async Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.EnsureNetworkAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteNetworkAsync(request, token), cancellationToken);

    public async Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.EnsurePortAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request is null ? [] : RequiredFeatures.Of(request), cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.BindPortAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.UnbindPortAsync(request, token), cancellationToken);

    public Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeletePortAsync(request, token), cancellationToken);

    public IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListNetworksAsync(request, token), cancellationToken);

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListPortsAsync(request, token), cancellationToken);
}
