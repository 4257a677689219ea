using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Networks;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Networks;

/// <summary>What was seen of a network last.</summary>
internal sealed record NetworkStatusDocument : StatusDocument
{
    /// <summary>The largest packet in bytes.</summary>
    public int? Mtu { get; init; }
}

/// <summary>Writes what the fabrics say of the networks.</summary>
internal sealed class NetworkStatusKeeper(
    IStateStore state, ResourceTable<NetworkDocument> networks, ProviderInstances providers, TimeProvider time, ILogger<NetworkStatusKeeper> logger)
    : ListedStatusKeeper<INetworkBackend, NetworkDocument, NetworkObservation, NetworkStatusDocument>(state, networks, providers, time, logger)
{
    protected override string Member => nameof(INetworkBackend.ListNetworksAsync);

    protected override IAsyncEnumerable<NetworkObservation> ListAsync(INetworkBackend provider, Guid? id, CancellationToken cancellationToken) =>
        provider.ListNetworksAsync(new ListNetworksRequest { NetworkId = id }, cancellationToken);

    protected override Guid IdOf(NetworkObservation observation) => observation.NetworkId;

    protected override ListedPlace PlaceOf(NetworkDocument document) => new(document.Spec.Fabric, null);

    protected override NetworkStatusDocument Unseen(Guid id) => new() { Id = id };

    // A fabric that keeps nothing of its own lists what it was asked for since it was opened: what is not listed is made with its next port.
    protected override NetworkStatusDocument? Remember(NetworkDocument document, NetworkObservation? seen, NetworkStatusDocument? last) =>
        seen is null ? null : new NetworkStatusDocument { Id = document.Id, Mtu = seen.Mtu };

    /// <summary>Shows networks as they were seen last.</summary>
    public async Task<IReadOnlyList<VirtualNetwork>> ShowAsync(IReadOnlyList<NetworkDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await FindAsync(documents, cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => document.ToNetwork(seen[index]))];
    }
}
