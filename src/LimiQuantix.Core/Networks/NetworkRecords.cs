using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>The stored networks. A project has the built-in one from its first machine on.</summary>
internal sealed class NetworkRecords(ResourceTable<VirtualNetwork> networks)
{
    /// <summary>The built-in network of a project, and what stores it with the intent that needs it when it is not stored yet.</summary>
    public async Task<(VirtualNetwork Network, IReadOnlyList<StateWrite> Writes)> DefaultAsync(string project, CancellationToken cancellationToken)
    {
        if (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false) is { } stored) return (stored.Value, []);
        var network = new VirtualNetwork { Id = Guid.CreateVersion7(), Project = project, Name = CoreKinds.UserNetwork, Fabric = CoreKinds.UserNetwork };
        return (network, [networks.Insert(network)]);
    }
}
