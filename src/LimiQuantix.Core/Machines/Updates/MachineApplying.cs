using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>
/// Brings a machine from what it has to what its spec wants: each step begins with the stored record, which says how far it is, and is done again after a crash. What a
/// machine that is on cannot become stays for later.
/// </summary>
internal sealed class MachineApplying(
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    MachineProvisioning provisioning,
    MachineTeardown teardown,
    PowerObserver observer,
    ProviderInstances providers)
{
    /// <summary>The volumes that are to grow.</summary>
    public static IEnumerable<Guid> Growing(MachineDocument machine) => ToGrow(machine).Select(grows => grows.Disk.VolumeId!.Value);

    /// <summary>The machine as it is stored now.</summary>
    public async Task<MachineDocument> CurrentAsync(Guid id, CancellationToken cancellationToken) =>
        (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw machines.NotFound(id)).Value;

    /// <summary>Does all that waits for the power to be off, when it is off.</summary>
    /// <returns>The machine as its hypervisor knows it.</returns>
    public async Task<MachineDocument> ApplyAsync(Guid id, OperationContext context, CancellationToken cancellationToken)
    {
        var machine = await CurrentAsync(id, cancellationToken).ConfigureAwait(false);
        if (machine.Applied is not { } applied || await IsOnAsync(machine, cancellationToken).ConfigureAwait(false)) return machine.AsApplied;
        List<MachineDiskRecord> missing = [.. machine.Disks.Where(disk => !applied.Has(disk))];
        await provisioning.PublishBasesAsync(machine, missing, context, cancellationToken).ConfigureAwait(false);
        await provisioning.EnsureVolumesAsync(machine, missing, context, cancellationToken).ConfigureAwait(false);
        await DefineAsync(id, isOn: false, context, cancellationToken).ConfigureAwait(false);
        await GrowAsync(id, isOn: false, context, cancellationToken).ConfigureAwait(false);
        return (await CurrentAsync(id, cancellationToken).ConfigureAwait(false)).AsApplied;
    }

    public async Task<bool> IsOnAsync(MachineDocument machine, CancellationToken cancellationToken) =>
        await observer.PowerAsync(machine, cancellationToken).ConfigureAwait(false) is not (PowerState.Stopped or PowerState.Crashed or PowerState.Absent);

    /// <summary>Tells the hypervisor what the machine can have now, and notes that it has it.</summary>
    public async Task DefineAsync(Guid id, bool isOn, OperationContext context, CancellationToken cancellationToken)
    {
        var machine = await CurrentAsync(id, cancellationToken).ConfigureAwait(false);
        if (machine.Applied is not { } applied) return;
        var wanted = MachineShape.Of(machine);
        if (isOn) await ChangeDiscsAsync(machine, applied, WithDiscs(applied, wanted), context, cancellationToken).ConfigureAwait(false);
        else await BecomeAsync(machine, wanted, shape => ToGrow(machine).Aggregate(shape, (now, grows) => now.WithSize(grows.Disk.VolumeId!.Value, grows.From)), context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells the hypervisor that the machine is again as it was, and notes it.</summary>
    public async Task RestoreAsync(Guid id, MachineShape had, bool isOn, OperationContext context, CancellationToken cancellationToken)
    {
        var machine = await CurrentAsync(id, cancellationToken).ConfigureAwait(false);
        if (isOn) await ChangeDiscsAsync(machine, MachineShape.Of(machine.AsApplied), WithDiscs(MachineShape.Of(machine.AsApplied), had), context, cancellationToken).ConfigureAwait(false);
        else await BecomeAsync(machine, had.AtLeastAsLargeAs(MachineShape.Of(machine.AsApplied)), shape => shape, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the volumes larger that are to be, each noted when it is.</summary>
    public async Task GrowAsync(Guid id, bool isOn, OperationContext context, CancellationToken cancellationToken)
    {
        if (isOn) return;
        var machine = await CurrentAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (var (disk, _) in ToGrow(machine))
        {
            await provisioning.GrowVolumeAsync(machine, disk, context, cancellationToken).ConfigureAwait(false);
            var (volumeId, size) = (disk.VolumeId!.Value, disk.SizeBytes);
            await records.ChangeAsync(
                id, current => current.NowHas(MachineShape.Of(current.AsApplied).WithSize(volumeId, size)), (_, token) => records.ResizeAsync(volumeId, size, token),
                context.Fence, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what neither the machine has nor its spec wants, each noted when it is gone.</summary>
    public async Task RemoveAsync(Guid id, OperationContext context, CancellationToken cancellationToken)
    {
        var machine = await CurrentAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (var nic in machine.LeavingNics)
        {
            await teardown.DeletePortsAsync(machine, [nic], cancellationToken).ConfigureAwait(false);
            await records.ChangeAsync(
                id,
                current => current with { LeavingNics = [.. current.LeavingNics.Where(other => other.PortId != nic.PortId)] },
                (next, _) => Task.FromResult<IReadOnlyList<State.StateWrite>>([MachineRecords.ReleaseUnused(next, [nic])]),
                context.Fence,
                cancellationToken).ConfigureAwait(false);
        }

        foreach (var disk in machine.LeavingDisks)
        {
            await teardown.DeleteVolumesAsync(machine, [disk], leaving => leaving.IsAdopted, cancellationToken).ConfigureAwait(false);
            await records.ChangeAsync(
                id,
                current => current with { LeavingDisks = [.. current.LeavingDisks.Where(other => other.VolumeId != disk.VolumeId)] },
                (next, token) => records.RemoveVolumesAsync(next, [disk], leaving => leaving.IsAdopted, token),
                context.Fence,
                cancellationToken).ConfigureAwait(false);
        }
    }

    // The hypervisor is told, and keeps, how large the disks will be; what is noted is how large they are.
    private async Task BecomeAsync(
        MachineDocument machine, MachineShape shape, Func<MachineShape, MachineShape> asItIs, OperationContext context, CancellationToken cancellationToken)
    {
        var next = machine.With(shape) with { Applied = null };
        var disks = await provisioning.AttachAsync(next, cancellationToken).ConfigureAwait(false);
        (next, var nics) = await provisioning.EnsurePortsAsync(next, context, cancellationToken).ConfigureAwait(false);
        await provisioning.UpdateAsync(next, disks, nics, context, cancellationToken).ConfigureAwait(false);
        await HasAsync(machine.Id, asItIs(shape with { Nics = next.Nics }), context, cancellationToken).ConfigureAwait(false);
    }

    private async Task ChangeDiscsAsync(MachineDocument machine, MachineShape from, MachineShape to, OperationContext context, CancellationToken cancellationToken)
    {
        List<Guid> drives = [.. to.Disks.Where(disk => from.Disks.Any(other => other.Id == disk.Id && other.VolumeId != disk.VolumeId)).Select(disk => disk.Id)];
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        if (drives.Count == 0 || hypervisor.GetCapability<ISupportsMediaChange>() is null) return;
        var next = machine.With(to) with { Applied = null };
        var disks = await provisioning.AttachAsync(next, cancellationToken).ConfigureAwait(false);
        (next, var nics) = await provisioning.EnsurePortsAsync(next, context, cancellationToken).ConfigureAwait(false);
        await provisioning.ChangeMediaAsync(next, disks, nics, drives, cancellationToken).ConfigureAwait(false);
        await HasAsync(machine.Id, to, context, cancellationToken).ConfigureAwait(false);
    }

    private Task HasAsync(Guid id, MachineShape shape, OperationContext context, CancellationToken cancellationToken) =>
        records.ChangeAsync(id, current => current.NowHas(shape), null, context.Fence, cancellationToken);

    // The discs of the wanted in the drives that are there.
    private static MachineShape WithDiscs(MachineShape there, MachineShape wanted)
    {
        MachineDiskRecord? Disc(MachineDiskRecord drive, DiskSpec spec) => spec.Source is IsoDiskSource ? wanted.Disks.FirstOrDefault(disk => disk.Id == drive.Id) : null;
        return there with
        {
            Disks = [.. there.Disks.Select((drive, index) => Disc(drive, there.DiskSpecs[index]) ?? drive)],
            DiskSpecs =
            [
                .. there.DiskSpecs.Select((spec, index) => Disc(there.Disks[index], spec) is { } disc
                    ? spec with { Source = wanted.DiskSpecs.First(other => other.Name == disc.Name).Source }
                    : spec),
            ],
        };
    }

    private static IEnumerable<(MachineDiskRecord Disk, long From)> ToGrow(MachineDocument machine) =>
        from disk in machine.Disks
        from there in machine.Applied?.Disks ?? []
        where disk.VolumeId is not null && disk.VolumeId == there.VolumeId && disk.SizeBytes > there.SizeBytes
        select (disk, there.SizeBytes);
}
