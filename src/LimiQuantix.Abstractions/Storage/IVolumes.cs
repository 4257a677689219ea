namespace LimiQuantix.Storage;

/// <summary>The volumes in the pools. A machine's volumes come and go with their machine.</summary>
public interface IVolumes : IResources<Volume, VolumeQuery, ResourceUpdate>;

/// <summary>Which volumes.</summary>
public sealed record VolumeQuery : ResourceQuery
{
    /// <summary>In this pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Of this machine.</summary>
    public Guid? MachineId { get; init; }
}
