namespace LimiQuantix.Machines;

/// <summary>
/// What to change of a machine; what is not set stays. What a running machine cannot become is stored at once, told in
/// <see cref="MachineStatus.PendingChanges"/>, and done when the machine is started the next time; <see cref="IResources{TResource, TQuery, TUpdate}.PlanUpdateAsync"/>
/// tells which that is.
/// </summary>
public sealed record MachineUpdate : ResourceUpdate
{
    /// <summary>The virtual processors, as a whole. Needs the power off.</summary>
    public MachineCpu? Cpu { get; init; }

    /// <summary>The memory. Needs the power off.</summary>
    public MachineMemory? Memory { get; init; }

    /// <summary>
    /// Disks and CD drives by their names: one of a new name is added behind the others, <see langword="null"/> removes one, every other one stays. Needs the
    /// power off, but for the disc in a CD drive and for what becomes of a volume.
    /// </summary>
    public IReadOnlyDictionary<string, DiskUpdate?> Disks { get; init; } = new Dictionary<string, DiskUpdate?>();

    /// <summary>
    /// Network interfaces by their names: one of a new name is added behind the others, <see langword="null"/> removes one, every other one stays. Needs the
    /// power off.
    /// </summary>
    public IReadOnlyDictionary<string, NicUpdate?> Nics { get; init; } = new Dictionary<string, NicUpdate?>();

    /// <summary>The displays, as a whole. Needs the power off.</summary>
    public IReadOnlyList<MachineGraphics>? Graphics { get; init; }

    /// <summary>The serial ports, as a whole. Needs the power off.</summary>
    public IReadOnlyList<MachineSerial>? Serials { get; init; }

    /// <summary>The doors between guest and host, as a whole. Needs the power off.</summary>
    public IReadOnlyList<MachineChannel>? Channels { get; init; }

    /// <summary>Further devices, as a whole. Needs the power off.</summary>
    public IReadOnlyList<MachineDevice>? Devices { get; init; }

    /// <summary>Whether the engine keeps the machine running. Done at once.</summary>
    public RunPolicy? RunPolicy { get; init; }
}

/// <summary>What to change of a disk, or the disk to add; what is not set stays, and is chosen for a new one as in <see cref="DiskSpec"/>.</summary>
public sealed record DiskUpdate
{
    /// <summary>What it begins as; required for a new one. Of one that is there only the disc in a CD drive can be another, in place.</summary>
    public DiskSource? Source { get; init; }

    /// <summary>Its size in bytes; a disk only grows, with the power off, and its guest must grow the file system.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The pool to make a new one in.</summary>
    public string? Pool { get; init; }

    /// <summary>How the guest reaches it.</summary>
    public DiskBus? Bus { get; init; }

    /// <summary>Its place among what the firmware tries; 0 for none.</summary>
    public int? BootOrder { get; init; }

    /// <summary>Whether its volume stays when the machine is deleted or the disk removed. Done at once.</summary>
    public bool? KeepOnDelete { get; init; }
}

/// <summary>What to change of a network interface, or the interface to add; what is not set stays, and is chosen for a new one as in <see cref="NicSpec"/>.</summary>
public sealed record NicUpdate
{
    /// <summary>What it connects to.</summary>
    public NicSource? Source { get; init; }

    /// <summary>The MAC address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Addresses that the guest is to have.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>The security groups that judge its traffic.</summary>
    public IReadOnlyList<Guid>? SecurityGroups { get; init; }

    /// <summary>Ports of the guest to reach on the node's loopback.</summary>
    public IReadOnlyList<Networks.PortForward>? Forwards { get; init; }

    /// <summary>Its place among what the firmware tries; 0 for none.</summary>
    public int? BootOrder { get; init; }
}
