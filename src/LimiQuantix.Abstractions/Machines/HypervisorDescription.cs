using LimiQuantix.Consoles;

namespace LimiQuantix.Machines;

/// <summary>What a hypervisor is and can do.</summary>
public sealed record HypervisorDescription
{
    /// <summary>Its name and version, such as <c>QEMU 7.2.0, libvirt 9.0.0</c>.</summary>
    public required string Product { get; init; }

    /// <summary>The node's host name.</summary>
    public required string HostName { get; init; }

    /// <summary>The architecture as the kernel names it, such as <c>x86_64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What will execute new machines: <c>kvm</c> or <c>tcg</c>.</summary>
    public required string Accelerator { get; init; }

    /// <summary>Why that accelerator was chosen, when the better one is there but not usable.</summary>
    public string? AcceleratorReason { get; init; }

    /// <summary>How much slower a guest is than under hardware acceleration: 1 for KVM, about 10 for TCG. Deadlines scale with it.</summary>
    public double Slowness { get; init; } = 1;

    /// <summary>The node's logical processors.</summary>
    public int CpuCount { get; init; }

    /// <summary>The node's memory in bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The disk attachments it accepts, by type name, such as <c>FileDisk</c>.</summary>
    public IReadOnlyList<string> DiskAttachments { get; init; } = [];

    /// <summary>The network attachments it accepts, by type name, such as <c>UserNic</c>.</summary>
    public IReadOnlyList<string> NicAttachments { get; init; } = [];

    /// <summary>The consoles it gives.</summary>
    public IReadOnlyList<ConsoleKind> Consoles { get; init; } = [];

    /// <summary>
    /// What it takes here to change a member of <see cref="MachineSpec"/> (its name as in JSON: <c>cpu</c>, <c>memory</c>, <c>disks</c>), where that is more than the
    /// engine thinks. What would be less is ignored.
    /// </summary>
    public IReadOnlyDictionary<string, ChangeEffect> ChangeEffects { get; init; } = new Dictionary<string, ChangeEffect>();
}
