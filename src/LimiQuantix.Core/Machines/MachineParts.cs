using LimiQuantix.Networks;

namespace LimiQuantix.Core.Machines;

/// <summary>A disk of a machine at rest: the ids and choices that were stored before the volume was made.</summary>
internal sealed record MachineDiskRecord
{
    /// <summary>The disk of the spec.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its place in the machine.</summary>
    public required Guid Id { get; init; }

    /// <summary>The volume; <see langword="null"/> for an empty CD drive.</summary>
    public Guid? VolumeId { get; init; }

    /// <summary>The pool's instance name.</summary>
    public required string Pool { get; init; }

    public long SizeBytes { get; init; }

    /// <summary>The digest of the base that the volume begins as, even when its image is deleted meanwhile; <see langword="null"/> for a blank one.</summary>
    public string? BaseDigest { get; init; }

    /// <summary>The image that it begins as, for the volume's record.</summary>
    public Guid? ImageId { get; init; }

    /// <summary>Whether the volume was there before: it is neither made nor deleted with the machine.</summary>
    public bool IsAdopted { get; init; }
}

/// <summary>A network interface of a machine at rest.</summary>
internal sealed record MachineNicRecord
{
    /// <summary>The interface of the spec.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its place in the machine.</summary>
    public required Guid Id { get; init; }

    public required Guid PortId { get; init; }

    public required Guid NetworkId { get; init; }

    /// <summary>The fabric's instance name.</summary>
    public required string Fabric { get; init; }

    public required string MacAddress { get; init; }

    /// <summary>The forwards with host ports as they were chosen; empty until the port is made.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];
}
