using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>Gives the machine of a name, making it first when there is none.</summary>
internal sealed class MachineEnsuring(
    Access access, ResourceTable<MachineDocument> machines, OperationStore operations, IOperationQueue queue, Admission admission, MachineUpdating updating, PowerObserver observer, TimeProvider timeProvider)
{
    private const int MaxTurns = 100;
    private const int TurnsWithoutPause = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<VirtualMachine> EnsureAsync(
        IMachines facade, Caller caller, MachineSpec spec, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        // Each turn has waited for an operation to end, or paused: somebody who keeps making and deleting the machine is not raced for ever.
        for (var turn = 1; turn <= MaxTurns; turn++)
        {
            var stored = await machines.FindByNameAsync(caller.Project, spec.Name, cancellationToken).ConfigureAwait(false);
            switch (stored?.Value)
            {
                case null:
                    if (await TryCreateAsync(facade, spec, progress, cancellationToken).ConfigureAwait(false) is { } created) return created;
                    break;
                case { Phase: MachinePhase.Creating } creating when await FindCreationAsync(creating, cancellationToken).ConfigureAwait(false) is { } creation:
                    Refuse(creating, await DifferencesAsync(creating, spec, cancellationToken).ConfigureAwait(false));
                    await FollowAsync(creation, progress, cancellationToken).ConfigureAwait(false);
                    break;
                case { Phase: not MachinePhase.Ready } past:
                    // What is left of a failed creation makes room for the new one.
                    await RemoveAsync(facade, past, cancellationToken).ConfigureAwait(false);
                    break;
                case var machine:
                    var differences = await DifferencesAsync(machine, spec, cancellationToken).ConfigureAwait(false);
                    if (differences.Count > 0)
                    {
                        await UpdateAsync(caller, machine, spec, differences, progress, cancellationToken).ConfigureAwait(false);
                        // It is what somebody else makes of it meanwhile that is started.
                        break;
                    }

                    return await RunAsync(facade, machine, spec, cancellationToken).ConfigureAwait(false);
            }

            if (turn > TurnsWithoutPause) await Task.Delay(Pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        throw new LimiQuantixException(
            ErrorCodes.Conflict, $"The machine '{spec.Name}' was made and deleted by others each time it was looked at.",
            "Find out who else uses this name.", spec.Name, isTransient: true);
    }

    private Task<IReadOnlyList<MachineChange>> DifferencesAsync(MachineDocument machine, MachineSpec spec, CancellationToken cancellationToken) =>
        updating.DifferencesAsync(machine, Wish(machine, spec), cancellationToken);

    private static MachineWish Wish(MachineDocument machine, MachineSpec spec) => new(SpecComparison.Mark(machine, spec), SpecComparison.Wanted(machine, spec));

    /// <summary>Makes the difference: in place whatever runs, what needs the power off when it is off. Nothing that holds data is taken away.</summary>
    private async Task UpdateAsync(
        Caller caller, MachineDocument machine, MachineSpec spec, IReadOnlyList<MachineChange> differences, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await access.GetAsync(caller, Actions.MachinesUpdate, machines, machine.Id, spec, cancellationToken).ConfigureAwait(false);
        if (differences.All(change => IsRecords(change.Planned.Pointer)))
        {
            // Stored at once: nobody else has to do with it.
            await admission.AdmitAsync(caller, Actions.MachinesUpdate, Access.Target(machines, machine), spec, cancellationToken).ConfigureAwait(false);
            await machines.UpdateAsync(
                machine.Id, there => SpecComparison.Mark(there, spec) with { Spec = there.Spec with { RunPolicy = spec.RunPolicy } }, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        var isOff = differences.Any(change => change.Effect == ChangeEffect.NeedsPowerOff)
            && await observer.PowerAsync(machine, cancellationToken).ConfigureAwait(false) is PowerState.Stopped or PowerState.Crashed or PowerState.Absent;
        Refuse(machine, [.. differences.Where(change =>
            change.Effect != ChangeEffect.InPlace && (change.Effect != ChangeEffect.NeedsPowerOff || !isOff || change.RemovedDisk is not null))]);
        var operation = await updating.SubmitAsync(caller, machine.Id, spec, null, null, there => Wish(there, spec), cancellationToken).ConfigureAwait(false);
        var handle = queue.CreateHandle(operation, _ => Task.FromResult(true));
        await ProgressReporting.FollowAsync(handle, progress, cancellationToken).ConfigureAwait(false);
        await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsRecords(string pointer) =>
        pointer is "/spec/runPolicy" or "/sharing" || pointer.StartsWith("/sharing/", StringComparison.Ordinal) || pointer.StartsWith("/labels", StringComparison.Ordinal);

    private async Task<Operation?> FindCreationAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var known = await operations.ListAsync(machine.Project, machine.Id, cancellationToken).ConfigureAwait(false);
        return known.FirstOrDefault(operation => operation.Kind == MachineOperationKinds.Create && !OperationStore.HasEnded(operation));
    }

    // Somebody else's creation: its outcome is read from the record afterwards.
    private async Task FollowAsync(Operation creation, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        await foreach (var operation in operations.FollowAsync(creation.Id, cancellationToken).ConfigureAwait(false))
        {
            if (operation.Progress is { } step) progress?.Report(step);
        }
    }

    private static async Task RemoveAsync(IMachines facade, MachineDocument past, CancellationToken cancellationToken)
    {
        try
        {
            var deletion = await facade.DeleteAsync(past.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
            await deletion.CompletedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception) when (exception.Code is ErrorCodes.FailedPrecondition or ErrorCodes.Cancelled)
        {
            // Somebody else has begun something with it: look again.
        }
    }

    private static async Task<VirtualMachine?> TryCreateAsync(
        IMachines facade, MachineSpec spec, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        OperationHandle<VirtualMachine> handle;
        try
        {
            handle = await facade.CreateAsync(spec, null, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.Conflict && exception.Target == spec.Name)
        {
            // Somebody else made it in the same moment: look again.
            return null;
        }

        await ProgressReporting.FollowAsync(handle, progress, cancellationToken).ConfigureAwait(false);
        return await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<VirtualMachine> RunAsync(IMachines facade, MachineDocument machine, MachineSpec spec, CancellationToken cancellationToken)
    {
        var current = await facade.GetAsync(machine.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (current.Status.PowerState == PowerState.Running || (!spec.Start && current.Status.PowerState != PowerState.Absent)) return current;
        var handle = spec.Start
            ? await facade.StartAsync(machine.Id, cancellationToken: cancellationToken).ConfigureAwait(false)
            : await facade.RedefineAsync(machine.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await handle.CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Refuse(MachineDocument machine, IReadOnlyList<MachineChange> differences)
    {
        if (differences.Count == 0) return;
        throw MachineUpdating.Error(
            ErrorCodes.Conflict, machine, $"The machine '{machine.Name}' exists and differs", differences,
            differences.Any(change => change.RemovedDisk is not null) ? "Ensuring takes no disk away: remove it with UpdateAsync, or ensure the spec with it."
            : differences.All(change => change.Effect == ChangeEffect.NeedsPowerOff) ? "Stop it first, or change it with UpdateAsync, which lets the change wait for the next start."
            : "Give the same spec, choose another name, or delete that machine.");
    }
}
