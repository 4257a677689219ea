using LimiQuantix.Nodes;

namespace LimiQuantix.Machines;

/// <summary>
/// A machine that a host wants. What is left out (<see langword="null"/>) is chosen once, when the machine is made, and written into its stored
/// spec; in an update it means: as it is. As JSON it has at most 768 KiB, in which a quote and a line end take two bytes.
/// </summary>
public sealed record MachineSpec
{
    /// <summary>The name: a DNS label (lower-case letters, digits, inner hyphens, at most 63), unique in the project; the guest's hostname.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Short for the first disk: <c>Disks = [DiskSpec.FromImage(id)]</c>, a thin root disk of 20 GiB that begins as this image. The stored spec
    /// has the disk instead. Not together with <see cref="Disks"/>.
    /// </summary>
    public Guid? Image { get; init; }

    /// <summary>The virtual processors. One by default.</summary>
    public MachineCpu Cpu { get; init; } = new();

    /// <summary>The memory. 1 GiB by default.</summary>
    public MachineMemory Memory { get; init; } = new();

    /// <summary>What starts the guest. A BIOS by default.</summary>
    public MachineFirmware Firmware { get; init; } = new();

    /// <summary>The disks and CD drives, at most 24. The first one boots, unless boot orders say otherwise.</summary>
    public IReadOnlyList<DiskSpec> Disks { get; init; } = [];

    /// <summary>The network interfaces, at most 8, with at most 64 forwards in all. By default one on the project's default network; an empty list for none.</summary>
    public IReadOnlyList<NicSpec>? Nics { get; init; }

    /// <summary>The displays that consoles show, at most one. One VNC display by default; an empty list for none.</summary>
    public IReadOnlyList<MachineGraphics>? Graphics { get; init; }

    /// <summary>The serial ports, at most 4. One by default, whose output is kept as the serial log.</summary>
    public IReadOnlyList<MachineSerial>? Serials { get; init; }

    /// <summary>Doors between guest and host, for agents, at most 16. The QEMU guest agent's by default.</summary>
    public IReadOnlyList<MachineChannel>? Channels { get; init; }

    /// <summary>Further devices, at most one.</summary>
    public IReadOnlyList<MachineDevice> Devices { get; init; } = [];

    /// <summary>What cloud-init sets up in the guest.</summary>
    public CloudInitSpec CloudInit { get; init; } = new();

    /// <summary>Whether the engine keeps the machine running.</summary>
    public RunPolicy RunPolicy { get; init; } = RunPolicy.Manual;

    /// <summary>Whether the machine starts when it is created.</summary>
    public bool Start { get; init; } = true;

    /// <summary>
    /// Lets a machine be made into which nobody could log in: no SSH key, no password, no user-data. Refused otherwise, because it is
    /// mostly a mistake.
    /// </summary>
    public bool AllowNoLogin { get; init; }

    /// <summary>The node to run on; by default the engine chooses.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The host's own marks: at most 64, keys to 63 and values to 255 characters.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Who sees the machine besides its creator; everybody in the project by default.</summary>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;
}
