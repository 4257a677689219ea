using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LimiQuantix.Core.Resources;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>A network as it is stored.</summary>
internal sealed record NetworkDocument : ResourceDocument
{
    public required NetworkSpec Spec { get; init; }

    /// <summary>Who may act on it: a number that grows with each hand it comes into.</summary>
    public long OwnerEpoch { get; init; } = 1;

    /// <summary>What a provider's call about it says.</summary>
    [JsonIgnore]
    public (long OwnerEpoch, long Generation) About => (OwnerEpoch, Generation);

    /// <summary>The network as hosts see it.</summary>
    public VirtualNetwork ToNetwork(Stored<NetworkStatusDocument>? seen = null) => new()
    {
        Id = Id,
        Project = Project,
        Creator = Creator,
        Sharing = Sharing,
        Name = Name,
        Version = Math.Max(Version, seen?.Version ?? 0),
        Generation = Generation,
        Labels = Labels,
        CreatedAt = CreatedAt,
        Spec = Spec,
        Status = new NetworkStatus
        {
            Mtu = seen?.Value.Mtu, AppliedGeneration = Generation, ObservedAt = seen?.Value.ObservedAt, ObservationError = seen?.Value.ObservationError,
        },
    };

    /// <summary>Schema 2: what was wanted is a member of its own.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2) DocumentSchema.Nest(document, "spec", "fabric");
    }
}
