using System.Text.Json.Serialization;

namespace LimiQuantix.Machines;

/// <summary>A machine as a hypervisor is asked to define it: everything is resolved, and everything has the id that the engine chose for it.</summary>
public sealed record MachineDefinition
{
    /// <summary>The ownership mark; its resource id is the machine's id. Things outside are named after it.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The name to show to a person.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The virtual processors.</summary>
    public required MachineCpu Cpu { get; init; }

    /// <summary>The memory.</summary>
    public required MachineMemory Memory { get; init; }

    /// <summary>What starts the guest.</summary>
    public MachineFirmware Firmware { get; init; } = new();

    /// <summary>The disks and CD drives, in the order in which the guest first sees them.</summary>
    public required IReadOnlyList<MachineDisk> Disks { get; init; }

    /// <summary>The network interfaces.</summary>
    public IReadOnlyList<MachineNic> Nics { get; init; } = [];

    /// <summary>The displays.</summary>
    public IReadOnlyList<MachineGraphics> Graphics { get; init; } = [];

    /// <summary>The serial ports.</summary>
    public IReadOnlyList<MachineSerial> Serials { get; init; } = [];

    /// <summary>The doors between guest and host.</summary>
    public IReadOnlyList<MachineChannel> Channels { get; init; } = [];

    /// <summary>Further devices.</summary>
    public IReadOnlyList<MachineDevice> Devices { get; init; } = [];

    /// <summary>What the guest is set up by at its first boot.</summary>
    public MachineSeed? Seed { get; init; }

    /// <summary>
    /// What the engine needs to know the machine again when its own record is lost, at most 64 KiB of text. The hypervisor keeps it with the
    /// machine and gives it back in <see cref="MachineObservation.Record"/>; it is no part of what makes two definitions differ.
    /// </summary>
    public string? Record { get; init; }

    /// <summary>The machine type to pin, when the machine was defined before; <see langword="null"/> for the newest.</summary>
    public string? MachineType { get; init; }
}

/// <summary>What a guest is set up by: <see cref="VolumeSeed"/>. New kinds come in minor versions.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(VolumeSeed), "volume")]
public abstract record MachineSeed
{
    private protected MachineSeed()
    {
    }
}

/// <summary>
/// A small read-only disk (cloud-init's NoCloud), as a whole image. The hypervisor keeps it on its node and gives it to the guest as a virtio
/// block device.
/// </summary>
public sealed record VolumeSeed : MachineSeed
{
    /// <summary>The disk's bytes: 1 to 4 MiB.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}
