using LimiQuantix.Core.Resources;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>The volumes as one caller sees them.</summary>
internal sealed class VolumesFacade(Caller caller, FacadeParts parts, ResourceTable<VolumeDocument> volumes)
    : ResourceFacade<VolumeDocument, Volume, VolumeQuery, ResourceUpdate>(caller, parts, volumes), IVolumes
{
    protected override bool Fits(VolumeQuery query, VolumeDocument document) =>
        (query.Pool is null || query.Pool == document.Spec.Pool) && (query.MachineId is null || query.MachineId == document.MachineId);

    protected override (string Name, string Value)? IndexOf(VolumeQuery query) => VolumeTable.IndexOf(query);

    protected override Task<IReadOnlyList<Volume>> ShowAsync(IReadOnlyList<VolumeDocument> documents, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Volume>>([.. documents.Select(document => document.ToVolume())]);

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
