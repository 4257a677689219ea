using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>
/// Makes what an updated spec adds, and, with the power off, what it changes; what then belongs to nobody is removed last. With the power on the rest waits for the next start. What
/// fails or is cancelled leaves the machine and its spec as they were, but for disks that have grown; once something is removed there is no way back but forward.
/// </summary>
internal sealed class MachineUpdateKind(
    ResourceTable<MachineDocument> machines, MachineRecords records, MachineProvisioning provisioning, MachineTeardown teardown, PowerObserver observer, MachineApplying applying)
    : IOperationKind
{
    public string Name => MachineOperationKinds.Update;

    public IReadOnlyList<string> StepNames { get; } =
    [
        MachineStepNames.Base, MachineStepNames.Volume, MachineStepNames.Network, MachineStepNames.Update, MachineStepNames.Grow, MachineStepNames.Remove,
    ];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await observer.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        if (context.GetData<MachineBefore>() is not { Wanted: { } wanted, Applied: { } applied }) return new OperationPlan();
        return new OperationPlan { About = machine.About, Steps = Steps(machine, wanted, applied, context), End = (ending, token) => EndAsync(machine.Id, wanted, ending, token) };
    }

    private List<OperationStep> Steps(MachineDocument machine, MachineShape wanted, MachineShape applied, OperationContext context)
    {
        var id = machine.Id;
        List<MachineDiskRecord> disks = [.. machine.Disks.Where(disk => !wanted.Has(disk) && !applied.Has(disk))];
        List<MachineNicRecord> nics = [.. machine.Nics.Where(nic => !wanted.Has(nic) && !applied.Has(nic))];
        return
        [
            new() { Name = MachineStepNames.Base, Do = token => provisioning.PublishBasesAsync(machine, disks, context, token) },
            new()
            {
                Name = MachineStepNames.Volume,
                Do = token => provisioning.EnsureVolumesAsync(machine, disks, context, token),
                Undo = token => UnlessRemovedAsync(context, async () =>
                {
                    var now = MachineShape.Of((await applying.CurrentAsync(id, token).ConfigureAwait(false)).AsApplied);
                    await teardown.DeleteVolumesAsync(machine, disks.Where(disk => !now.Has(disk)), disk => disk.IsAdopted, token).ConfigureAwait(false);
                }),
            },
            new()
            {
                Name = MachineStepNames.Network,
                Do = token => provisioning.EnsurePortsAsync(machine with { Nics = nics }, context, token),
                Undo = token => UnlessRemovedAsync(context, async () =>
                {
                    var now = MachineShape.Of((await applying.CurrentAsync(id, token).ConfigureAwait(false)).AsApplied);
                    await teardown.DeletePortsAsync(machine, nics.Where(nic => !now.Has(nic)), token).ConfigureAwait(false);
                }),
            },
            new()
            {
                Name = MachineStepNames.Update,
                Do = async token =>
                {
                    if (await NeedsNothingAsync(id, token).ConfigureAwait(false)) return;
                    var before = await observer.NoteAsync(machine, context, token).ConfigureAwait(false);
                    await applying.DefineAsync(id, before.WasOn == true, context, token).ConfigureAwait(false);
                },
                Undo = token => UnlessRemovedAsync(context, async () =>
                {
                    if (context.GetData<MachineBefore>() is not { Was: { } was } before) return;
                    await applying.RestoreAsync(id, applied, before.WasOn == true, context, token).ConfigureAwait(false);
                    if (was == PowerState.Absent) await teardown.DeleteDomainAsync(machine, token).ConfigureAwait(false);
                }),
            },
            new()
            {
                Name = MachineStepNames.Grow,
                // What has grown does not shrink.
                IsPointOfNoReturn = machine.Disks.Any(disk => applied.Disks.Any(there => there.VolumeId == disk.VolumeId && there.SizeBytes < disk.SizeBytes)),
                Do = async token =>
                {
                    if (!await NeedsNothingAsync(id, token).ConfigureAwait(false))
                        await applying.GrowAsync(id, context.GetData<MachineBefore>()?.WasOn == true, context, token).ConfigureAwait(false);
                },
            },
            new() { Name = MachineStepNames.Remove, Do = token => applying.RemoveAsync(id, context, token), IsPointOfNoReturn = true },
        ];
    }

    private async Task<bool> NeedsNothingAsync(Guid id, CancellationToken cancellationToken) =>
        (await applying.CurrentAsync(id, cancellationToken).ConfigureAwait(false)).Applied is null;

    // What may be gone is not put back; what is left to be removed is noted, and removed by whoever comes next.
    private static Task UnlessRemovedAsync(OperationContext context, Func<Task> undo) =>
        context.Checkpoint.Begun.Contains(MachineStepNames.Remove) ? Task.CompletedTask : undo();

    private async Task<OperationEnd> EndAsync(Guid id, MachineShape wanted, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (ending.Phase == OperationPhase.Succeeded || ending.Begun.Contains(MachineStepNames.Remove)) return new OperationEnd();
        if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { Value.Phase: MachinePhase.Ready } stored) return new OperationEnd();
        var machine = stored.Value;
        var applied = MachineShape.Of(machine.AsApplied);
        var former = wanted.AtLeastAsLargeAs(applied);
        // As if the update had never been asked for: what it added belongs to nobody.
        var next = (machine.With(former) with { Applied = MachineShape.Of(machine) }).NowHas(applied.KeepingAs(former));
        List<MachineDiskRecord> disks = [.. next.LeavingDisks.Where(disk => machine.LeavingDisks.All(other => other.VolumeId != disk.VolumeId))];
        List<MachineNicRecord> nics = [.. next.LeavingNics.Where(nic => machine.LeavingNics.All(other => other.PortId != nic.PortId))];
        if (ending.UndoFailures.Count > 0)
        {
            // It may be there still: the next update, start or deletion tries again.
            return new OperationEnd { Writes = [machines.Update(stored, next), .. await records.ReserveAsync(next, cancellationToken).ConfigureAwait(false)] };
        }

        next = next with
        {
            LeavingDisks = [.. next.LeavingDisks.Except(disks)],
            LeavingNics = [.. next.LeavingNics.Except(nics)],
        };
        List<StateWrite> writes =
        [
            machines.Update(stored, next),
            .. await records.RemoveVolumesAsync(next, disks, disk => disk.IsAdopted, cancellationToken).ConfigureAwait(false),
            .. await records.ReserveAsync(next, cancellationToken).ConfigureAwait(false),
            MachineRecords.ReleaseUnused(next, nics),
        ];
        return new OperationEnd { Writes = writes };
    }
}
