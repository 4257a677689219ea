using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>The networks as one caller sees them.</summary>
internal sealed class NetworksFacade(Caller caller, Access access, ResourceTable<VirtualNetwork> networks) : INetworks
{
    public async Task<IReadOnlyList<VirtualNetwork>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.NetworksList, Access.Target(networks.Kind, caller), null, cancellationToken).ConfigureAwait(false);
        return await networks.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualNetwork> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        return (await access.GetAsync(caller, Actions.NetworksGet, networks, id, null, cancellationToken).ConfigureAwait(false)).Value;
    }
}
