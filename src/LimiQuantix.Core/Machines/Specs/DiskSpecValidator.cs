using System.Globalization;
using System.Text.RegularExpressions;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Specs;

/// <summary>Finds every problem of a machine spec's disks.</summary>
internal static partial class DiskSpecValidator
{
    private const long MinDiskBytes = 1L << 20;
    private const long MaxDiskBytes = 64L << 40;
    private const int MaxDisks = 24;

    public static void Check(MachineSpec spec, SpecProblems problems)
    {
        if (spec.Image == Guid.Empty) problems.Add("/image", "Image must be the id of an image.");
        if (spec.Disks is null)
        {
            problems.Add("/disks", "Disks is null: leave it out, or give a list.");
            return;
        }

        if (spec.Image is not null && spec.Disks.Count > 0)
            problems.Add("/image", "Image is short for the first of Disks: give one of both.");
        if (spec.Image is null && spec.Disks.Count == 0)
            problems.Add("/disks", "The machine would have no disk: set Image, or Disks.");
        HardwareValidator.CheckList(spec.Disks, "disks", nameof(spec.Disks), MaxDisks, problems, Check);
        var disks = spec.Disks.Where(disk => disk is not null).ToList();
        CheckUnique([.. disks.Select((disk, index) => disk.Name ?? SpecCompletion.DiskName(index))], "/disks", "Disks: the name '{0}' is used twice.", problems);
        CheckUnique([.. disks.Select(disk => disk.Source).OfType<VolumeDiskSource>().Select(source => source.VolumeId.ToString())], "/disks", "Disks: the volume {0} is there twice.", problems);
        var orders = disks.Select(disk => disk.BootOrder).Concat((spec.Nics ?? []).Select(nic => nic?.BootOrder)).OfType<int>().ToList();
        if (orders.Exists(order => order is < 1 or > 99)) problems.Add("/disks", "BootOrder must be from 1 to 99.");
        CheckUnique([.. orders.Select(order => order.ToString(CultureInfo.InvariantCulture))], "/disks", "The boot order {0} is used twice.", problems);
    }

    /// <summary>Whether a text is fit to name a disk or an interface in its machine.</summary>
    public static bool IsPartName(string name) => PartName().IsMatch(name);

    public static void CheckUnique(IReadOnlyList<string> values, string pointer, string problem, SpecProblems problems)
    {
        foreach (var twice in values.GroupBy(value => value, StringComparer.Ordinal).Where(group => group.Count() > 1))
            problems.Add(pointer, string.Format(CultureInfo.InvariantCulture, problem, Names.Show(twice.Key)));
    }

    private static void Check(DiskSpec disk, SpecPlace place)
    {
        if (disk.Name is not null && !IsPartName(disk.Name)) place.Add("name", $"Name '{Names.Show(disk.Name)}' must have 1 to 32 letters, digits and inner hyphens");
        if (disk.Pool is not null && !Names.IsDnsLabel(disk.Pool)) place.Add("pool", $"Pool '{Names.Show(disk.Pool)}' is not a pool's name");
        if (disk.Bus is { } bus && bus is not (DiskBus.Virtio or DiskBus.Scsi or DiskBus.Sata)) place.Add("bus", "Bus must be Virtio, Scsi or Sata");
        if (disk.SizeBytes is { } size && (size < MinDiskBytes || size > MaxDiskBytes || size % 512 != 0))
            place.Add("sizeBytes", $"SizeBytes {size.ToString(CultureInfo.InvariantCulture)} must be a multiple of 512, from 1 MiB to 64 TiB");
        CheckSource(disk, place);
    }

    private static void CheckSource(DiskSpec disk, SpecPlace place)
    {
        switch (disk.Source)
        {
            case null:
                place.Add("source", "Source is null");
                break;
            case ImageDiskSource { ImageId: var id } when id == Guid.Empty:
                place.Add("source/imageId", "Source.ImageId must be the id of an image");
                break;
            case VolumeDiskSource { VolumeId: var id } when id == Guid.Empty:
                place.Add("source/volumeId", "Source.VolumeId must be the id of a volume");
                break;
            case SnapshotDiskSource:
                place.Add("source", "no pool that is configured makes disks from snapshots");
                break;
            case BlankDiskSource when disk.SizeBytes is null:
                place.Add("sizeBytes", "a blank disk needs SizeBytes");
                break;
            case IsoDiskSource iso:
                if (iso.ImageId == Guid.Empty) place.Add("source/imageId", "Source.ImageId must be the id of an image, or null for an empty drive");
                if (disk.SizeBytes is not null) place.Add("sizeBytes", "a CD has no SizeBytes");
                if (disk.Bus == DiskBus.Virtio) place.Add("bus", "a CD drive's Bus must be Sata or Scsi");
                break;
        }
    }

    [GeneratedRegex("""\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PartName();
}
