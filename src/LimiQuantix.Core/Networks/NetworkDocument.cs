using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>A network as it is stored.</summary>
internal sealed record NetworkDocument : ResourceDocument
{
    public required NetworkSpec Spec { get; init; }

    public int? Mtu { get; init; }

    /// <summary>The network as hosts see it.</summary>
    public VirtualNetwork ToNetwork() => new()
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
        Status = new NetworkStatus { Mtu = Mtu, AppliedGeneration = Generation },
    };

    /// <summary>Schema 2: what was wanted is a member of its own.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2) DocumentSchema.Nest(document, "spec", "fabric");
    }
}
