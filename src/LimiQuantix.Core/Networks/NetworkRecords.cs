using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>
/// The stored networks. Every project has the built-in one: its id follows from the project, so that it is there for whoever looks, and it is
/// stored with the first machine that needs it.
/// </summary>
internal sealed class NetworkRecords(ResourceTable<NetworkDocument> networks)
{
    /// <summary>A project's built-in network as it is until it is stored.</summary>
    public static NetworkDocument BuiltIn(string project) => new()
    {
        Id = ResourceDocument.IdOf("networks", project, CoreKinds.UserNetwork),
        Project = project,
        Name = CoreKinds.UserNetwork,
        Spec = new NetworkSpec { Fabric = CoreKinds.UserNetwork },
    };

    /// <summary>The built-in network of a project, and what stores it with the intent that needs it when it is not stored yet.</summary>
    public async Task<(NetworkDocument Network, IReadOnlyList<StateWrite> Writes)> DefaultAsync(string project, CancellationToken cancellationToken)
    {
        if (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false) is { } stored) return (stored.Value, []);
        var network = BuiltIn(project);
        return (network, [networks.Insert(network)]);
    }
}
