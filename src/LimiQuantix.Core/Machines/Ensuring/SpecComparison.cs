using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>Compares specs by what they say: records with lists compare by reference.</summary>
internal static class SpecComparison
{
    /// <summary>The names of the members that differ.</summary>
    public static IReadOnlyList<string> Differing(MachineSpec one, MachineSpec other)
    {
        var left = JsonSerializer.SerializeToNode(one, StateJson.Options)!.AsObject();
        var right = JsonSerializer.SerializeToNode(other, StateJson.Options)!.AsObject();
        return [.. left.Where(member => !JsonNode.DeepEquals(member.Value, right[member.Key])).Select(member => member.Key)];
    }
}
