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

    /// <summary>The names of the members in which the stored spec is other than the wanted one. What the wanted one leaves out is as it is.</summary>
    public static IReadOnlyList<string> Differing(MachineSpec stored, MachineSpec wanted)
    {
        var left = JsonSerializer.SerializeToNode(stored, StateJson.Options)!.AsObject();
        var right = JsonSerializer.SerializeToNode(SpecCompletion.Complete(wanted, stored), StateJson.Options)!.AsObject();
        return [.. left.Where(member => !OfTheCreation.Contains(member.Key) && !JsonNode.DeepEquals(member.Value, right[member.Key])).Select(member => member.Key)];
    }
}
