using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Networks;
using LimiQuantix.State;

namespace LimiQuantix.Core.Networks;

/// <summary>The stored networks. Every project has the built-in one, made when it is first needed.</summary>
internal sealed class NetworkRecords(IStateStore store, ResourceTable<VirtualNetwork> networks)
{
    public async Task<VirtualNetwork> EnsureDefaultAsync(string project, CancellationToken cancellationToken)
    {
        if (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false) is { } stored) return stored.Value;
        var network = new VirtualNetwork { Id = Guid.CreateVersion7(), Project = project, Name = CoreKinds.UserNetwork, Fabric = CoreKinds.UserNetwork };
        var commit = await store.CommitPatientlyAsync(StateWrite.Combine(null, networks.Insert(network)), cancellationToken).ConfigureAwait(false);
        if (commit.IsCommitted) return network;
        return (await networks.FindByNameAsync(project, CoreKinds.UserNetwork, cancellationToken).ConfigureAwait(false))?.Value
            ?? throw new LimiQuantixException(ErrorCodes.Conflict, "The built-in network is being made by somebody else.", isTransient: true);
    }
}
