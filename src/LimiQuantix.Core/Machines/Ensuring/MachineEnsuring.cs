using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>Gives the machine of a name, making it first when there is none.</summary>
internal sealed class MachineEnsuring(Access access, ResourceTable<MachineDocument> machines, OperationStore operations, TimeProvider timeProvider)
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
                    CheckSame(creating, spec);
                    await FollowAsync(creation, progress, cancellationToken).ConfigureAwait(false);
                    break;
                case { Phase: not MachinePhase.Ready } past:
                    // What is left of a failed creation makes room for the new one.
                    await RemoveAsync(facade, past, cancellationToken).ConfigureAwait(false);
                    break;
                case var machine:
                    CheckSame(machine, spec);
                    if (SpecComparison.DiffersInPlace(machine, spec))
                        machine = await UpdateAsync(caller, machine, spec, cancellationToken).ConfigureAwait(false);
                    return await RunAsync(facade, machine, spec, cancellationToken).ConfigureAwait(false);
            }

            if (turn > TurnsWithoutPause) await Task.Delay(Pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        throw new LimiQuantixException(
            ErrorCodes.Conflict, $"The machine '{spec.Name}' was made and deleted by others each time it was looked at.",
            "Find out who else uses this name.", spec.Name, isTransient: true);
    }

    /// <summary>Makes the difference that needs no provider: stored at once, whatever runs.</summary>
    private async Task<MachineDocument> UpdateAsync(Caller caller, MachineDocument machine, MachineSpec spec, CancellationToken cancellationToken)
    {
        await access.GetAsync(caller, Actions.MachinesUpdate, machines, machine.Id, spec, cancellationToken).ConfigureAwait(false);
        return await machines.UpdateAsync(machine.Id, there => SpecComparison.Apply(there, spec), null, cancellationToken).ConfigureAwait(false);
    }

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

    private static void CheckSame(MachineDocument machine, MachineSpec spec)
    {
        var differing = SpecComparison.Differing(machine.Spec, spec);
        if (differing.Count == 0) return;
        throw new LimiQuantixException(
            ErrorCodes.Conflict, $"The machine '{spec.Name}' exists with another {string.Join(", ", differing)}.",
            "Give the same spec, choose another name, or delete that machine.", machine.Id.ToString());
    }
}
