using System.Globalization;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>
/// Writes out what a spec says in short, and chooses what it leaves out: from the machine that is there, else the defaults. What only a pool
/// or an image knows (sizes, pools, networks) is added by whoever asks them.
/// </summary>
internal static class SpecCompletion
{
    private static readonly IReadOnlyList<MachineGraphics> DefaultGraphics = [new()];
    private static readonly IReadOnlyList<MachineSerial> DefaultSerials = [new() { Log = true }];
    private static readonly IReadOnlyList<MachineChannel> DefaultChannels = [new VirtioChannel { Name = VirtioChannel.QemuGuestAgent }];

    /// <param name="spec">A valid spec.</param>
    /// <param name="there">The stored spec of the machine that it is for; <see langword="null"/> for a new one.</param>
    public static MachineSpec Complete(MachineSpec spec, MachineSpec? there = null) => spec with
    {
        Image = null,
        Disks = [.. Written(spec).Select((disk, index) => Complete(disk, index, there))],
        Nics = spec.Nics is null
            ? there?.Nics ?? [Complete(new NicSpec(), 0, null)]
            : [.. spec.Nics.Select((nic, index) => Complete(nic, index, there))],
        Graphics = spec.Graphics ?? there?.Graphics ?? DefaultGraphics,
        Serials = spec.Serials ?? there?.Serials ?? DefaultSerials,
        Channels = spec.Channels ?? there?.Channels ?? DefaultChannels,
        Node = spec.Node ?? there?.Node,
    };

    /// <summary>The disks with the short form written out; names may still be missing.</summary>
    public static IReadOnlyList<DiskSpec> Written(MachineSpec spec) =>
        spec.Image is { } image && spec.Disks.Count == 0 ? [DiskSpec.FromImage(image)] : spec.Disks;

    /// <summary>The name of the disk at a place that was given none.</summary>
    public static string DiskName(int index) => string.Create(CultureInfo.InvariantCulture, $"disk{index}");

    /// <summary>The name of the interface at a place that was given none.</summary>
    public static string NicName(int index) => string.Create(CultureInfo.InvariantCulture, $"nic{index}");

    private static DiskSpec Complete(DiskSpec disk, int index, MachineSpec? there)
    {
        var name = disk.Name ?? DiskName(index);
        var same = there?.Disks.FirstOrDefault(other => other.Name == name);
        var isCd = disk.Source is IsoDiskSource;
        // A disk that begins as something else is another disk: nothing of the old one is meant.
        if (same is not null && (isCd ? same.Source is not IsoDiskSource : same.Source != disk.Source)) same = null;
        return disk with
        {
            Name = name,
            SizeBytes = disk.SizeBytes ?? (isCd ? null : same?.SizeBytes),
            Pool = disk.Pool ?? same?.Pool,
            Bus = disk.Bus ?? same?.Bus ?? (isCd ? DiskBus.Sata : DiskBus.Virtio),
        };
    }

    private static NicSpec Complete(NicSpec nic, int index, MachineSpec? there)
    {
        var name = nic.Name ?? NicName(index);
        var same = there?.Nics?.FirstOrDefault(other => other.Name == name);
        return nic with { Name = name, Source = nic.Source ?? same?.Source, MacAddress = nic.MacAddress ?? same?.MacAddress };
    }
}
