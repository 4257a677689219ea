using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Ensuring;

/// <summary>Gives the machine of a name, making it first when there is none.</summary>
internal sealed class MachineEnsuring(ResourceTable<MachineDocument> machines, OperationStore operations)
{
    public async Task<VirtualMachine> EnsureAsync(
        IMachines facade, Caller caller, MachineSpec spec, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await machines.FindByNameAsync(caller.Project, spec.Name, cancellationToken).ConfigureAwait(false);
            switch (stored?.Value)
            {
                case null:
                    if (await TryCreateAsync(facade, spec, progress, cancellationToken).ConfigureAwait(false) is { } created) return created;
                    break;
                case { Phase: MachinePhase.Failed or MachinePhase.Deleting } past:
                    // What is left of a failed creation makes room for the new one.
                    var deletion = await facade.DeleteAsync(past.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
                    await deletion.CompletedAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case { Phase: MachinePhase.Creating } creating:
                    CheckSame(creating, spec);
                    await WaitForCreationAsync(creating, progress, cancellationToken).ConfigureAwait(false);
                    break;
                case var machine:
                    CheckSame(machine, spec);
                    return await RunAsync(facade, machine, spec, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Somebody else's creation: its outcome is read from the record afterwards.
    private async Task WaitForCreationAsync(MachineDocument machine, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var known = await operations.ListAsync(machine.Project, machine.Id, cancellationToken).ConfigureAwait(false);
        if (known.FirstOrDefault(operation => operation.Kind == MachineOperationKinds.Create) is not { } creation) return;
        await foreach (var operation in operations.FollowAsync(creation.Id, cancellationToken).ConfigureAwait(false))
        {
            if (operation.Progress is { } step) progress?.Report(step);
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
        var current = await facade.GetAsync(machine.Id, cancellationToken).ConfigureAwait(false);
        if (!spec.Start || current.Status.PowerState == PowerState.Running) return current;
        var handle = await facade.StartAsync(machine.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
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
