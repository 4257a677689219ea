using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>A volume as it is stored.</summary>
internal sealed record VolumeDocument : ResourceDocument
{
    public required VolumeSpec Spec { get; init; }

    /// <summary>The machine whose root volume it is.</summary>
    public Guid? MachineId { get; init; }

    /// <summary>The node that it was made on.</summary>
    public string? Node { get; init; }

    /// <summary>The volume as hosts see it.</summary>
    public Volume ToVolume() => new()
    {
        Id = Id,
        Project = Project,
        Creator = Creator,
        Sharing = Sharing,
        Name = Name,
        Version = Version,
        Generation = Generation,
        Labels = Labels,
        CreatedAt = CreatedAt,
        Spec = Spec,
        Status = new VolumeStatus { MachineId = MachineId, Node = Node is null ? null : new NodeId(Node), AppliedGeneration = Generation },
    };

    /// <summary>Schema 2: what was wanted is a member of its own.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2) DocumentSchema.Nest(document, "spec", "pool", "sizeBytes", "imageId");
    }
}
