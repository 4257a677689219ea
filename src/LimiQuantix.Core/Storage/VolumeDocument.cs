using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LimiQuantix.Core.Resources;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
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

    /// <summary>Who may act on it: a number that grows with each hand it comes into.</summary>
    public long OwnerEpoch { get; init; } = 1;

    /// <summary>What a provider's call about it says.</summary>
    [JsonIgnore]
    public (long OwnerEpoch, long Generation) About => (OwnerEpoch, Generation);

    /// <summary>The volume as hosts see it.</summary>
    public Volume ToVolume(Stored<VolumeStatusDocument>? seen = null) => new()
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
        Status = new VolumeStatus
        {
            MachineId = MachineId,
            Node = Node is null ? null : new NodeId(Node),
            AppliedGeneration = Generation,
            SizeBytes = seen?.Value.SizeBytes,
            AllocatedBytes = seen?.Value.AllocatedBytes,
            ObservedAt = seen?.Value.ObservedAt,
            ObservationError = seen?.Value.ObservationError,
            Error = seen is null ? null : WhatIsWrong(seen.Value),
        },
    };

    private LimiQuantixError? WhatIsWrong(VolumeStatusDocument seen)
    {
        if (seen.IsMissing)
        {
            return new LimiQuantixError
            {
                Code = ErrorCodes.NotFound, Message = $"The pool '{Spec.Pool}' does not have it any more.", Remedy = "Bring its data back into the pool, or delete what it belongs to.",
                Target = Id.ToString(),
            };
        }

        return seen.SizeBytes >= Spec.SizeBytes || seen.SizeBytes is null ? null : new LimiQuantixError
        {
            Code = ErrorCodes.FailedPrecondition, Message = $"It has {seen.SizeBytes} bytes in its pool, of the {Spec.SizeBytes} that are wanted.",
            Remedy = "Somebody made it smaller: bring its data back into the pool.", Target = Id.ToString(),
        };
    }

    /// <summary>Schema 2: what was wanted is a member of its own.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2) DocumentSchema.Nest(document, "spec", "pool", "sizeBytes", "imageId");
    }
}

/// <summary>What calls about volumes say.</summary>
internal static class VolumeCalls
{
    /// <summary>
    /// A call of the operation about a volume, by what is stored of it; one that says nothing of it where there is no record that could be read: it must be
    /// possible to remove what it stands for all the same.
    /// </summary>
    public static async Task<ProviderCall> NewCallAsync(this ResourceTable<VolumeDocument> volumes, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            if (await volumes.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } stored) return ProviderCallScope.NewCall(stored.Value.About);
        }
        catch (LimiQuantixException exception) when (exception.Code is ErrorCodes.DataCorrupt or ErrorCodes.NewerState)
        {
            // It is told of where it is listed.
        }

        return ProviderCallScope.NewSharedCall();
    }
}
