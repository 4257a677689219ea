using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>
/// What of a machine can be another later: the part of its spec that its hypervisor is told, and what its disks and interfaces are. Kept beside the wanted one while the
/// machine does not have that yet. What cloud-init sets up is not here: it may be large, and does not change.
/// </summary>
internal sealed record MachineShape
{
    public required MachineCpu Cpu { get; init; }

    public required MachineMemory Memory { get; init; }

    public required IReadOnlyList<DiskSpec> DiskSpecs { get; init; }

    public IReadOnlyList<NicSpec> NicSpecs { get; init; } = [];

    public IReadOnlyList<MachineGraphics> Graphics { get; init; } = [];

    public IReadOnlyList<MachineSerial> Serials { get; init; } = [];

    public IReadOnlyList<MachineChannel> Channels { get; init; } = [];

    public IReadOnlyList<MachineDevice> Devices { get; init; } = [];

    /// <summary>The disks in the order of their specs.</summary>
    public required IReadOnlyList<MachineDiskRecord> Disks { get; init; }

    /// <summary>The interfaces in the order of their specs.</summary>
    public IReadOnlyList<MachineNicRecord> Nics { get; init; } = [];

    /// <summary>The generation of the spec that it is from.</summary>
    public long Generation { get; init; }

    public static MachineShape Of(MachineDocument machine) => new()
    {
        Cpu = machine.Spec.Cpu,
        Memory = machine.Spec.Memory,
        DiskSpecs = machine.Spec.Disks,
        NicSpecs = machine.Spec.Nics ?? [],
        Graphics = machine.Spec.Graphics ?? [],
        Serials = machine.Spec.Serials ?? [],
        Channels = machine.Spec.Channels ?? [],
        Devices = machine.Spec.Devices,
        Disks = machine.Disks,
        Nics = machine.Nics,
        Generation = machine.Generation,
    };

    /// <summary>A spec that says this of its machine.</summary>
    public MachineSpec In(MachineSpec spec) => spec with
    {
        Cpu = Cpu, Memory = Memory, Disks = DiskSpecs, Nics = NicSpecs, Graphics = Graphics, Serials = Serials, Channels = Channels, Devices = Devices,
    };

    /// <summary>Whether a machine of one is as a machine of the other.</summary>
    public bool IsSame(MachineShape other) =>
        StateJson.AreEqual(this with { Generation = 0 }, other with { Generation = 0 });

    /// <summary>The same, with what becomes of the volumes as another says: that is no matter of the hypervisor's.</summary>
    public MachineShape KeepingAs(MachineShape other) => this with
    {
        DiskSpecs = [.. DiskSpecs.Select(disk => other.DiskSpecs.FirstOrDefault(one => one.Name == disk.Name) is { } same ? disk with { KeepOnDelete = same.KeepOnDelete } : disk)],
    };

    /// <summary>The same, with disks as large as another has them: what has grown does not shrink.</summary>
    public MachineShape AtLeastAsLargeAs(MachineShape other) => this with
    {
        Disks = [.. Disks.Select(disk => disk with { SizeBytes = Larger(disk, other) })],
        DiskSpecs = [.. DiskSpecs.Select((spec, index) => spec.SizeBytes is null ? spec : spec with { SizeBytes = Math.Max(spec.SizeBytes.Value, Larger(Disks[index], other)) })],
    };

    /// <summary>The same, with one volume of another size.</summary>
    public MachineShape WithSize(Guid volumeId, long sizeBytes) => this with
    {
        Disks = [.. Disks.Select(disk => disk.VolumeId == volumeId ? disk with { SizeBytes = sizeBytes } : disk)],
        DiskSpecs = [.. DiskSpecs.Select((spec, index) => Disks[index].VolumeId == volumeId && spec.SizeBytes is not null ? spec with { SizeBytes = sizeBytes } : spec)],
    };

    /// <summary>The disks without what becomes of their volumes: kept ones count as adopted, which are neither made nor deleted.</summary>
    public IEnumerable<MachineDiskRecord> Leaving() => Disks.Where(disk => disk.VolumeId is not null).Select(disk => disk with
    {
        IsAdopted = disk.IsAdopted || DiskSpecs.Any(spec => spec.Name == disk.Name && spec.KeepOnDelete),
    });

    public bool Has(MachineDiskRecord disk) => Disks.Any(one => one.VolumeId == disk.VolumeId);

    public bool Has(MachineNicRecord nic) => Nics.Any(one => one.PortId == nic.PortId);

    private static long Larger(MachineDiskRecord disk, MachineShape other) =>
        Math.Max(disk.SizeBytes, other.Disks.FirstOrDefault(one => one.VolumeId is not null && one.VolumeId == disk.VolumeId)?.SizeBytes ?? 0);
}
