using LimiQuantix.Core.Resources;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The storage pools as one caller sees them.</summary>
internal sealed class PoolsFacade(Caller caller, FacadeParts parts, ResourceTable<PoolDocument> pools, PoolStatusKeeper statuses)
    : ResourceFacade<PoolDocument, StoragePool, PoolQuery, ResourceUpdate>(caller, parts, pools), IPools
{
    protected override IReadOnlyList<PoolDocument> Unstored => statuses.Configured;

    protected override string WhyNameIsFixed(PoolDocument document) => "A pool's name is its configuration's.";

    // Labels of a pool that is not configured any more are kept for its return.
    protected override bool Fits(PoolQuery query, PoolDocument document) =>
        statuses.Configured.Any(pool => pool.Id == document.Id && (query.Kind is null || query.Kind == pool.Spec.Kind));

    protected override Task<IReadOnlyList<StoragePool>> ShowAsync(IReadOnlyList<PoolDocument> documents, CancellationToken cancellationToken) =>
        statuses.ShowAsync(documents, cancellationToken);

    protected override Task<StoragePool> ObserveAsync(PoolDocument document, CancellationToken cancellationToken) =>
        statuses.ObserveAsync(document, cancellationToken);

    protected override IEnumerable<ResourceAction> ActionsOf(StoragePool resource) =>
        [new() { Name = "delete", Reason = "A pool is there as long as it is configured." }];
}
