namespace LimiQuantix.Storage;

/// <summary>The volumes in the pools. A machine's volumes come and go with their machine.</summary>
public interface IVolumes : IResources<Volume, VolumeQuery, VolumeUpdate>;

/// <summary>Which volumes.</summary>
public sealed record VolumeQuery : ResourceQuery
{
    /// <summary>In this pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Of this machine.</summary>
    public Guid? MachineId { get; init; }
}

/// <summary>What to change of a volume; what is not set stays.</summary>
public sealed record VolumeUpdate : ResourceUpdate
{
    /// <summary>
    /// The size in bytes that a guest is to see; a multiple of 512. A volume only grows, where its pool can, and while no machine has it: a machine's disk is changed with its
    /// machine.
    /// </summary>
    public long? SizeBytes { get; init; }
}
