using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Providers.Guards;

/// <summary>A network fabric, guarded.</summary>
internal sealed class GuardedNetworkBackend(INetworkBackend inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), INetworkBackend
{
    public Task<NetworkObservation> EnsureNetworkAsync(NetworkDefinition definition, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.EnsureNetworkAsync(definition, token), cancellationToken);

    public Task DeleteNetworkAsync(Guid networkId, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteNetworkAsync(networkId, token), cancellationToken);

    public Task<PortObservation> EnsurePortAsync(PortDefinition definition, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.EnsurePortAsync(definition, token), cancellationToken);

    public Task<NicAttachment> BindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.BindPortAsync(portId, node, token), cancellationToken);

    public Task UnbindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.UnbindPortAsync(portId, node, token), cancellationToken);

    public Task DeletePortAsync(Guid portId, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeletePortAsync(portId, token), cancellationToken);
}
