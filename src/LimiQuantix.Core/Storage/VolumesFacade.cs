using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The volumes as one caller sees them.</summary>
internal sealed class VolumesFacade(
    Caller caller, FacadeParts parts, ResourceTable<VolumeDocument> volumes, VolumeStatusKeeper statuses, VolumeUpdating updating, IOperationQueue queue)
    : ResourceFacade<VolumeDocument, Volume, VolumeQuery, VolumeUpdate>(caller, parts, volumes), IVolumes
{
    public override async Task<Volume> UpdateAsync(
        ResourceReference resource, VolumeUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        if (update.SizeBytes is null) return await base.UpdateAsync(resource, update, options, cancellationToken).ConfigureAwait(false);
        var stored = await LookAsync("update", resource, true, update, cancellationToken).ConfigureAwait(false) ?? throw Table.NotFound(resource);
        if (update.SizeBytes == stored.Value.Spec.SizeBytes) return await base.UpdateAsync(resource, update, options, cancellationToken).ConfigureAwait(false);
        var operation = await updating.SubmitAsync(Caller, stored.Value.Id, update, options, there => Change(there, update, options), cancellationToken).ConfigureAwait(false);
        var handle = queue.CreateHandle(operation, async token => (await Table.GetAsync(stored.Value.Id, Caller.Project, token).ConfigureAwait(false)).Value.ToVolume());
        return await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ResourcePlan> PlanUpdateAsync(
        ResourceReference resource, VolumeUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        var plan = await base.PlanUpdateAsync(resource, update, options, cancellationToken).ConfigureAwait(false);
        if (update.SizeBytes is null) return plan;
        var stored = await LookAsync("update", resource, true, update, cancellationToken).ConfigureAwait(false) ?? throw Table.NotFound(resource);
        if (update.SizeBytes == stored.Value.Spec.SizeBytes) return plan;
        try
        {
            await updating.PlanAsync(Caller, stored.Value, update, cancellationToken).ConfigureAwait(false);
            var (effect, reason) = VolumeChangeTable.Spec["sizeBytes"];
            return plan with { Changes = [.. plan.Changes, new PlannedChange { Pointer = "/spec/sizeBytes", Effect = effect, Reason = reason }] };
        }
        catch (LimiQuantixException e)
        {
            var refused = new PlannedChange { Pointer = "/spec/sizeBytes", Effect = ChangeEffect.Impossible, Reason = e.Message };
            return plan with { Changes = [.. plan.Changes, refused], Error = plan.Error ?? e.Error };
        }
    }

    protected override bool Fits(VolumeQuery query, VolumeDocument document) =>
        (query.Pool is null || query.Pool == document.Spec.Pool) && (query.MachineId is null || query.MachineId == document.MachineId);

    protected override (string Name, string Value)? IndexOf(VolumeQuery query) => VolumeTable.IndexOf(query);

    protected override Task<IReadOnlyList<Volume>> ShowAsync(IReadOnlyList<VolumeDocument> documents, CancellationToken cancellationToken) =>
        statuses.ShowAsync(documents, cancellationToken);

    protected override async Task<Volume> ObserveAsync(VolumeDocument document, CancellationToken cancellationToken) =>
        document.ToVolume(await statuses.ObserveAsync(document, cancellationToken).ConfigureAwait(false));

    protected override IEnumerable<ResourceAction> ActionsOf(Volume resource) =>
    [
        new()
        {
            Name = "delete",
            Reason = resource.Status.MachineId is null ? "Volumes are deleted with their machine only." : "It goes with its machine.",
        },
    ];
}

/// <summary>What volumes are found by.</summary>
internal static class VolumeTable
{
    private const string MachineIndex = "machine";

    /// <summary>The indexes of a volume.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Indexes(VolumeDocument volume)
    {
        if (volume.MachineId is { } machine) yield return new(MachineIndex, machine.ToString("D"));
    }

    /// <summary>The index that answers a query.</summary>
    public static (string Name, string Value)? IndexOf(VolumeQuery query) =>
        query.MachineId is { } machine ? (MachineIndex, machine.ToString("D")) : null;
}
