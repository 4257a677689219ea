using LimiQuantix.Storage;

namespace LimiQuantix.Machines;

/// <summary>A disk or CD drive of a machine.</summary>
public sealed record MachineDisk
{
    /// <summary>The id of this place in the machine, which the engine chose: it stays when a CD is changed.</summary>
    public required Guid Id { get; init; }

    /// <summary>The volume; <see langword="null"/> for an empty CD drive.</summary>
    public Guid? VolumeId { get; init; }

    /// <summary>How the node reaches the volume; <see langword="null"/> for an empty CD drive.</summary>
    public DiskAttachment? Attachment { get; init; }

    /// <summary>What the guest takes it for.</summary>
    public DiskKind Kind { get; init; } = DiskKind.Disk;

    /// <summary>How the guest reaches it.</summary>
    public DiskBus Bus { get; init; } = DiskBus.Virtio;

    /// <summary>Its place among what the firmware tries: the least first; without one it is not tried.</summary>
    [Feature(ProviderFeatures.BootOrder)]
    public int? BootOrder { get; init; }
}

/// <summary>What a guest takes a disk for.</summary>
public enum DiskKind
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>A disk.</summary>
    Disk = 1,

    /// <summary>A CD drive: read-only, and its disc can be changed.</summary>
    [Feature(ProviderFeatures.DiskCd)]
    Cd = 2,
}
