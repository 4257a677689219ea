using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>The networks as one caller sees them.</summary>
internal sealed class NetworksFacade(Caller caller, FacadeParts parts, ResourceTable<NetworkDocument> networks, NetworkStatusKeeper statuses)
    : ResourceFacade<NetworkDocument, VirtualNetwork, NetworkQuery, ResourceUpdate>(caller, parts, networks), INetworks
{
    protected override IReadOnlyList<NetworkDocument> Unstored => [NetworkRecords.BuiltIn(Caller.Project)];

    protected override string? WhyNameIsFixed(NetworkDocument document) =>
        document.Id == NetworkRecords.BuiltIn(document.Project).Id ? "Machines find the built-in network by its name." : null;

    protected override bool Fits(NetworkQuery query, NetworkDocument document) => query.Fabric is null || query.Fabric == document.Spec.Fabric;

    protected override Task<IReadOnlyList<VirtualNetwork>> ShowAsync(IReadOnlyList<NetworkDocument> documents, CancellationToken cancellationToken) =>
        statuses.ShowAsync(documents, cancellationToken);

    protected override async Task<VirtualNetwork> ObserveAsync(NetworkDocument document, CancellationToken cancellationToken) =>
        document.ToNetwork(await statuses.ObserveAsync(document, cancellationToken).ConfigureAwait(false));

    protected override IEnumerable<ResourceAction> ActionsOf(VirtualNetwork resource) =>
        [new() { Name = "delete", Reason = "The built-in network is always there." }];
}
