using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>Makes the spec that an update wants of the one that is stored.</summary>
internal static class UpdatedSpec
{
    /// <summary>Whether an update asks for more than what every resource has and the run policy.</summary>
    public static bool IsOfHardware(MachineUpdate update) =>
        update.Cpu is not null || update.Memory is not null || update.Graphics is not null || update.Serials is not null || update.Channels is not null
        || update.Devices is not null || update.Disks is null || update.Disks.Count > 0 || update.Nics is null || update.Nics.Count > 0;

    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: a disk without a source, or something that is not there is to be removed.</exception>
    public static MachineSpec Of(MachineSpec there, MachineUpdate update)
    {
        List<string> problems = [];
        if (update.Disks is null) problems.Add("Disks is null: leave it out, or give a dictionary.");
        if (update.Nics is null) problems.Add("Nics is null: leave it out, or give a dictionary.");
        var spec = there with
        {
            Cpu = update.Cpu ?? there.Cpu,
            Memory = update.Memory ?? there.Memory,
            Graphics = update.Graphics ?? there.Graphics,
            Serials = update.Serials ?? there.Serials,
            Channels = update.Channels ?? there.Channels,
            Devices = update.Devices ?? there.Devices,
            RunPolicy = update.RunPolicy ?? there.RunPolicy,
            Disks = Merge(there.Disks, update.Disks ?? new Dictionary<string, DiskUpdate?>(), disk => disk.Name, Disk, "disk", problems),
            Nics = Merge(there.Nics ?? [], update.Nics ?? new Dictionary<string, NicUpdate?>(), nic => nic.Name, Nic, "interface", problems),
        };
        if (problems.Count > 0)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The update is not valid: " + string.Join(" ", problems), target: nameof(MachineUpdate));
        return spec;
    }

    private static List<TSpec> Merge<TSpec, TUpdate>(
        IReadOnlyList<TSpec> there, IReadOnlyDictionary<string, TUpdate?> updates, Func<TSpec, string?> nameOf,
        Func<string, TSpec?, TUpdate, List<string>, TSpec?> change, string what, List<string> problems)
        where TSpec : class where TUpdate : class
    {
        List<TSpec> parts = [];
        foreach (var part in there)
        {
            if (nameOf(part) is not { } name || !updates.TryGetValue(name, out var update)) parts.Add(part);
            else if (update is not null && change(name, part, update, problems) is { } changed) parts.Add(changed);
        }

        foreach (var (name, update) in updates)
        {
            // What is to be removed and is not there, is as it is to be.
            if (update is null || there.Any(part => nameOf(part) == name)) continue;
            if (!DiskSpecValidator.IsPartName(name)) problems.Add($"The {what}'s name '{Names.Show(name)}' must have 1 to 32 letters, digits and inner hyphens.");
            else if (change(name, null, update, problems) is { } added) parts.Add(added);
        }

        return parts;
    }

    private static DiskSpec? Disk(string name, DiskSpec? there, DiskUpdate update, List<string> problems)
    {
        if ((update.Source ?? there?.Source) is { } source)
        {
            return new DiskSpec
            {
                Name = name,
                Source = source,
                SizeBytes = update.SizeBytes ?? there?.SizeBytes,
                Pool = update.Pool ?? there?.Pool,
                Bus = update.Bus ?? there?.Bus,
                BootOrder = Order(update.BootOrder, there?.BootOrder),
                KeepOnDelete = update.KeepOnDelete ?? there?.KeepOnDelete ?? false,
            };
        }

        problems.Add($"There is no disk '{Names.Show(name)}', and a new one needs Source.");
        return null;
    }

    private static NicSpec Nic(string name, NicSpec? there, NicUpdate update, List<string> problems) => new()
    {
        Name = name,
        Source = update.Source ?? there?.Source,
        MacAddress = update.MacAddress ?? there?.MacAddress,
        Addresses = update.Addresses ?? there?.Addresses ?? [],
        SecurityGroups = update.SecurityGroups ?? there?.SecurityGroups ?? [],
        Forwards = update.Forwards ?? there?.Forwards ?? [],
        BootOrder = Order(update.BootOrder, there?.BootOrder),
    };

    private static int? Order(int? update, int? there) => update is 0 ? null : update ?? there;
}

/// <summary>Another disc in a drive.</summary>
internal static class DiscChange
{
    /// <param name="machine">The machine.</param>
    /// <param name="drive">The drive's name; by default the first one, or for a disc the first empty one.</param>
    /// <param name="image">The disc; <see langword="null"/> for none.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: it has no CD drive; <see cref="ErrorCodes.NotFound"/>: none of that name.</exception>
    public static MachineSpec Of(MachineDocument machine, string? drive, Guid? image)
    {
        var drives = machine.Spec.Disks.Where(disk => disk.Source is IsoDiskSource).ToList();
        if (drives.Count == 0)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The machine '{machine.Name}' has no CD drive.", "Add one: UpdateAsync with a disk whose source is an IsoDiskSource.", machine.Id.ToString());
        }

        var chosen = drive is not null ? drives.Find(disk => disk.Name == drive)
            : drives.Find(disk => ((IsoDiskSource)disk.Source).ImageId is null == image is not null) ?? drives[0];
        if (chosen is null)
        {
            throw new LimiQuantixException(
                ErrorCodes.NotFound, $"The machine '{machine.Name}' has no CD drive '{Names.Show(drive!)}'.", $"It has: {string.Join(", ", drives.Select(disk => disk.Name))}.", drive);
        }

        return machine.Spec with { Disks = [.. machine.Spec.Disks.Select(disk => disk == chosen ? disk with { Source = new IsoDiskSource { ImageId = image } } : disk)] };
    }
}
