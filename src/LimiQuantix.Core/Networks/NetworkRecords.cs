using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Networks;
using LimiQuantix.State;

namespace LimiQuantix.Core.Networks;

/// <summary>
/// The stored networks. Every project has the built-in one: its id follows from the project, so that it is there for whoever looks, and it is
/// stored with the first machine that needs it.
/// </summary>
internal sealed class NetworkRecords(IStateStore store, ResourceTable<NetworkDocument> networks)
{
    /// <summary>A project's built-in network as it is until it is stored.</summary>
    public static NetworkDocument BuiltIn(string project) => new()
    {
        Id = ResourceDocument.IdOf("networks", project, CoreKinds.UserNetwork),
        Project = project,
        Name = CoreKinds.UserNetwork,
        Spec = new NetworkSpec { Fabric = CoreKinds.UserNetwork },
    };

    public async Task<NetworkDocument> EnsureDefaultAsync(string project, CancellationToken cancellationToken)
    {
        if (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false) is { } stored) return stored.Value;
        var network = BuiltIn(project);
        var commit = await store.CommitPatientlyAsync(StateWrite.Combine(null, networks.Insert(network)), cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted) return network;
        return (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false))?.Value
            ?? throw new LimiQuantixException(ErrorCodes.Conflict, "The built-in network is being made by somebody else.", isTransient: true);
    }
}
