namespace LimiQuantix.Machines;

/// <summary>A machine as a hypervisor is asked to define it: everything is resolved.</summary>
public sealed record MachineDefinition
{
    /// <summary>The ownership mark; its resource id is the machine's id. Things outside are named after it.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The name to show to a person.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The virtual processors.</summary>
    public required int CpuCount { get; init; }

    /// <summary>The disks; the first one boots.</summary>
    public required IReadOnlyList<MachineDisk> Disks { get; init; }

    /// <summary>The network interfaces.</summary>
    public IReadOnlyList<MachineNic> Nics { get; init; } = [];

    /// <summary>
    /// A small read-only disk for cloud-init, as a whole image: at most 4 MiB. The hypervisor keeps it on its node and gives it to the guest
    /// as a virtio block device.
    /// </summary>
    public ReadOnlyMemory<byte>? Seed { get; init; }

    /// <summary>
    /// What the engine needs to know the machine again when its own record is lost, at most 64 KiB of text. The hypervisor keeps it with the
    /// machine and gives it back in <see cref="MachineObservation.Record"/>; it is no part of what makes two definitions differ.
    /// </summary>
    public string? Record { get; init; }

    /// <summary>The machine type to pin, when the machine was defined before; <see langword="null"/> for the newest.</summary>
    public string? MachineType { get; init; }
}
