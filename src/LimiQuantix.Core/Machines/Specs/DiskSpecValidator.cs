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

    public static void Check(MachineSpec spec, List<string> problems)
    {
        if (spec.Image == Guid.Empty) problems.Add("Image must be the id of an image.");
        if (spec.Disks is null)
        {
            problems.Add("Disks is null: leave it out, or give a list.");
            return;
        }

        if (spec.Image is not null && spec.Disks.Count > 0)
            problems.Add("Image is short for the first of Disks: give one of both.");
        if (spec.Image is null && spec.Disks.Count == 0)
            problems.Add("The machine would have no disk: set Image, or Disks.");
        HardwareValidator.CheckList(spec.Disks, nameof(spec.Disks), MaxDisks, problems, Problem);
        var disks = spec.Disks.Where(disk => disk is not null).ToList();
        CheckUnique([.. disks.Select((disk, index) => disk.Name ?? SpecCompletion.DiskName(index))], "Disks: the name '{0}' is used twice.", problems);
        CheckUnique([.. disks.Select(disk => disk.Source).OfType<VolumeDiskSource>().Select(source => source.VolumeId.ToString())], "Disks: the volume {0} is there twice.", problems);
        var orders = disks.Select(disk => disk.BootOrder).Concat((spec.Nics ?? []).Select(nic => nic?.BootOrder)).OfType<int>().ToList();
        if (orders.Exists(order => order is < 1 or > 99)) problems.Add("BootOrder must be from 1 to 99.");
        CheckUnique([.. orders.Select(order => order.ToString(CultureInfo.InvariantCulture))], "The boot order {0} is used twice.", problems);
    }

    /// <summary>Whether a text is fit to name a disk or an interface in its machine.</summary>
    public static bool IsPartName(string name) => PartName().IsMatch(name);

    public static void CheckUnique(IReadOnlyList<string> values, string problem, List<string> problems)
    {
        foreach (var twice in values.GroupBy(value => value, StringComparer.Ordinal).Where(group => group.Count() > 1))
            problems.Add(string.Format(CultureInfo.InvariantCulture, problem, Names.Show(twice.Key)));
    }

    private static string? Problem(DiskSpec disk)
    {
        List<string> wrong = [];
        if (disk.Name is not null && !IsPartName(disk.Name)) wrong.Add($"Name '{Names.Show(disk.Name)}' must have 1 to 32 letters, digits and inner hyphens");
        if (disk.Pool is not null && !Names.IsDnsLabel(disk.Pool)) wrong.Add($"Pool '{Names.Show(disk.Pool)}' is not a pool's name");
        if (disk.Bus is { } bus && bus is not (DiskBus.Virtio or DiskBus.Scsi or DiskBus.Sata)) wrong.Add("Bus must be Virtio, Scsi or Sata");
        if (disk.SizeBytes is { } size && (size < MinDiskBytes || size > MaxDiskBytes || size % 512 != 0))
            wrong.Add($"SizeBytes {size.ToString(CultureInfo.InvariantCulture)} must be a multiple of 512, from 1 MiB to 64 TiB");
        if (ProblemOfSource(disk) is { } source) wrong.Add(source);
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }

    private static string? ProblemOfSource(DiskSpec disk) => disk.Source switch
    {
        null => "Source is null",
        ImageDiskSource { ImageId: var id } when id == Guid.Empty => "Source.ImageId must be the id of an image",
        VolumeDiskSource { VolumeId: var id } when id == Guid.Empty => "Source.VolumeId must be the id of a volume",
        SnapshotDiskSource => "no pool that is configured makes disks from snapshots",
        BlankDiskSource when disk.SizeBytes is null => "a blank disk needs SizeBytes",
        IsoDiskSource { ImageId: { } id } when id == Guid.Empty => "Source.ImageId must be the id of an image, or null for an empty drive",
        IsoDiskSource when disk.SizeBytes is not null => "a CD has no SizeBytes",
        IsoDiskSource when disk.Bus == DiskBus.Virtio => "a CD drive's Bus must be Sata or Scsi",
        _ => null,
    };

    [GeneratedRegex("""\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?\z""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PartName();
}
