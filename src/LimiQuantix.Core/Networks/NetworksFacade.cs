using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>The networks as one caller sees them.</summary>
internal sealed class NetworksFacade(Caller caller, Access access, ResourceTable<NetworkDocument> networks) : INetworks
{
    public async Task<IReadOnlyList<VirtualNetwork>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, "networks.list", null, cancellationToken).ConfigureAwait(false);
        var stored = await networks.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
        var all = stored.Any(network => network.Name == CoreKinds.UserNetwork) ? stored : [NetworkRecords.BuiltIn(caller.Project), .. stored];
        return [.. all.Select(network => network.ToNetwork())];
    }

    public async Task<VirtualNetwork> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, "networks.get", id, cancellationToken).ConfigureAwait(false);
        var builtIn = NetworkRecords.BuiltIn(caller.Project);
        if (id == builtIn.Id && await networks.FindAsync(id, cancellationToken).ConfigureAwait(false) is null) return builtIn.ToNetwork();
        return (await networks.GetAsync(id, caller.Project, cancellationToken).ConfigureAwait(false)).Value.ToNetwork();
    }
}
