using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>What of a spec that is ensured is the record's alone.</summary>
internal static class SpecComparison
{
    /// <summary>
    /// The machine with the labels that the wanted spec names, the others as they are; its sharing where it is not the default, so that a host that ensures its
    /// machines at every start does not take back what was shared meanwhile. The machine was found by its name, which may be another than it was made with.
    /// </summary>
    public static MachineDocument Mark(MachineDocument there, MachineSpec wanted) => there with
    {
        Labels = wanted.Labels.All(label => there.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
            ? there.Labels
            : new Dictionary<string, string>([.. there.Labels.Where(label => !wanted.Labels.ContainsKey(label.Key)), .. wanted.Labels]),
        Sharing = wanted.Sharing == ResourceSharing.Project ? there.Sharing : wanted.Sharing,
    };

    /// <summary>The stored spec with what the wanted one says, but for what is the record's and what is only asked at the creation.</summary>
    public static MachineSpec Wanted(MachineDocument there, MachineSpec wanted) => wanted with
    {
        Name = there.Spec.Name,
        Labels = there.Spec.Labels,
        Sharing = there.Spec.Sharing,
        Start = there.Spec.Start,
        AllowNoLogin = there.Spec.AllowNoLogin,
    };
}
