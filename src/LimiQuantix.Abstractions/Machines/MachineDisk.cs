using LimiQuantix.Storage;

namespace LimiQuantix.Machines;

/// <summary>A disk of a machine.</summary>
public sealed record MachineDisk
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>How the node reaches it.</summary>
    public required DiskAttachment Attachment { get; init; }
}
