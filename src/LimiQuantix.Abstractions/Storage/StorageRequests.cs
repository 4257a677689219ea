using LimiQuantix.Images;
using LimiQuantix.Nodes;

namespace LimiQuantix.Storage;

/// <summary>Asks a pool how large and how full it is.</summary>
public sealed record GetPoolStatusRequest;

/// <summary>Asks a pool whether it has a base.</summary>
public sealed record FindBaseRequest
{
    /// <summary>The digest of the image file.</summary>
    public required ImageDigest Digest { get; init; }
}

/// <summary>Whether a pool has a base.</summary>
public sealed record FindBaseResult
{
    /// <summary>The base, or <see langword="null"/> when the pool does not have it.</summary>
    public BaseObservation? Base { get; init; }
}

/// <summary>Asks a pool to make a base, as a job.</summary>
public sealed record ImportBaseRequest : MutatingRequest
{
    /// <summary>The job's id, which the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The base.</summary>
    public required BaseImport Import { get; init; }
}

/// <summary>Asks a pool to make a volume.</summary>
public sealed record EnsureVolumeRequest : MutatingRequest
{
    /// <summary>The volume.</summary>
    public required VolumeDefinition Definition { get; init; }
}

/// <summary>Asks a pool to make a volume larger.</summary>
public sealed record GrowVolumeRequest : MutatingRequest
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The size in bytes that a guest is to see; a multiple of 512.</summary>
    public required long SizeBytes { get; init; }
}

/// <summary>Asks a pool to make a volume reachable for one machine on one node.</summary>
public sealed record AttachVolumeRequest : MutatingRequest
{
    /// <summary>The attachment's id, which the engine chose: the same again is the same attachment.</summary>
    public required Guid AttachmentId { get; init; }

    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The machine that will use it.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The node that the machine is on.</summary>
    public required NodeId Node { get; init; }

    /// <summary>How.</summary>
    public required VolumeAccess Access { get; init; }
}

/// <summary>How an attached volume is reached.</summary>
public sealed record AttachVolumeResult
{
    /// <summary>How the node's hypervisor reaches it.</summary>
    public required DiskAttachment Attachment { get; init; }
}

/// <summary>Asks a pool to end an attachment.</summary>
public sealed record DetachVolumeRequest : MutatingRequest
{
    /// <summary>The attachment.</summary>
    public required Guid AttachmentId { get; init; }

    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }
}

/// <summary>That an attachment is no more.</summary>
public sealed record DetachVolumeResult;

/// <summary>Asks a pool to delete a volume.</summary>
public sealed record DeleteVolumeRequest : MutatingRequest
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }
}

/// <summary>That a volume is no more.</summary>
public sealed record DeleteVolumeResult;

/// <summary>Asks a pool for the installation's volumes.</summary>
public sealed record ListVolumesRequest
{
    /// <summary>That volume alone; a backend that cannot look for one lists all.</summary>
    public Guid? VolumeId { get; init; }
}
