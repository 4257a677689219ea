using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>Compares specs by what they say: records with lists compare by reference.</summary>
internal static class SpecComparison
{
    // What is only asked at the creation is no property of the machine.
    private static readonly string[] OfTheCreation = ["start", "allowNoLogin"];

    // What is done in place, whatever runs: never a conflict. The machine was found by its name, which may be another than it was made with.
    private static readonly string[] InPlace = ["name", "labels", "sharing", "runPolicy"];

    /// <summary>The names of the members in which the stored spec is other than the wanted one and cannot become it in place. What the wanted one leaves out is as it is.</summary>
    public static IReadOnlyList<string> Differing(MachineSpec stored, MachineSpec wanted)
    {
        var left = JsonSerializer.SerializeToNode(stored, StateJson.Options)!.AsObject();
        var right = JsonSerializer.SerializeToNode(SpecCompletion.Complete(wanted, stored), StateJson.Options)!.AsObject();
        return [.. left.Where(member => !OfTheCreation.Contains(member.Key) && !InPlace.Contains(member.Key) && !JsonNode.DeepEquals(member.Value, right[member.Key])).Select(member => member.Key)];
    }

    /// <summary>
    /// The machine with what can be done in place: the labels that the wanted spec names, the others as they are; its run policy; its sharing where it
    /// is not the default, so that a host that ensures its machines at every start does not take back what was shared meanwhile.
    /// </summary>
    public static MachineDocument Apply(MachineDocument there, MachineSpec wanted) => there with
    {
        Labels = wanted.Labels.Count == 0 ? there.Labels : new Dictionary<string, string>([.. there.Labels.Where(label => !wanted.Labels.ContainsKey(label.Key)), .. wanted.Labels]),
        Sharing = SharingOf(there, wanted),
        Spec = there.Spec with { RunPolicy = wanted.RunPolicy },
    };

    /// <summary>Whether <see cref="Apply"/> would change something.</summary>
    public static bool DiffersInPlace(MachineDocument there, MachineSpec wanted) =>
        there.Spec.RunPolicy != wanted.RunPolicy
        || SharingOf(there, wanted) != there.Sharing
        || wanted.Labels.Any(label => !there.Labels.TryGetValue(label.Key, out var value) || value != label.Value);

    private static ResourceSharing SharingOf(MachineDocument there, MachineSpec wanted) =>
        wanted.Sharing == ResourceSharing.Project ? there.Sharing : wanted.Sharing;
}
