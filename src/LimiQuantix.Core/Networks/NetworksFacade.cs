using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>The networks as one caller sees them.</summary>
internal sealed class NetworksFacade(Caller caller, Access access, ResourceTable<NetworkDocument> networks) : INetworks
{
    public async Task<IReadOnlyList<VirtualNetwork>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.NetworksList, Access.Target(networks.Kind, caller), null, cancellationToken).ConfigureAwait(false);
        var stored = await networks.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
        var all = stored.Any(network => network.Name == CoreKinds.UserNetwork) ? stored : [NetworkRecords.BuiltIn(caller.Project), .. stored];
        return [.. all.Select(network => network.ToNetwork())];
    }

    public async Task<VirtualNetwork> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var builtIn = NetworkRecords.BuiltIn(caller.Project);
        if (id == builtIn.Id)
        {
            var found = await access.FindAsync(caller, Actions.NetworksGet, networks, id, null, cancellationToken).ConfigureAwait(false);
            return (found?.Value ?? builtIn).ToNetwork();
        }

        return (await access.GetAsync(caller, Actions.NetworksGet, networks, id, null, cancellationToken).ConfigureAwait(false)).Value.ToNetwork();
    }
}
