using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Creates a machine. A failure or cancellation undoes everything and leaves the record with its error.</summary>
internal sealed class MachineCreateKind(
    ResourceTable<MachineDocument> machines, MachineRecords records, MachineProvisioning provisioning, MachineTeardown teardown) : IOperationKind
{
    public string Name => MachineOperationKinds.Create;

    public IReadOnlyList<string> StepNames { get; } =
        [MachineStepNames.Base, MachineStepNames.Volume, MachineStepNames.Network, MachineStepNames.Define, MachineStepNames.Start];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var stored = await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false)
            ?? throw new LimiQuantixException(ErrorCodes.NotFound, "The machine's record is gone.", target: context.Operation.ResourceId.ToString());
        // Ready, when a version that stored the end in two transactions came between them.
        if (stored.Value.Phase == MachinePhase.Ready) return new OperationPlan();
        return new OperationPlan { About = stored.Value.About, Steps = Steps(stored.Value, context), End = (ending, token) => EndAsync(stored.Value.Id, ending, token) };
    }

    private List<OperationStep> Steps(MachineDocument machine, OperationContext context)
    {
        // What a step finds out for the later ones; every attempt takes all steps, so it is always there.
        IReadOnlyList<MachineDisk> disks = [];
        IReadOnlyList<MachineNic> nics = [];
        List<OperationStep> steps =
        [
            new() { Name = MachineStepNames.Base, Do = token => provisioning.PublishBasesAsync(machine, machine.Disks, context, token) },
            new()
            {
                Name = MachineStepNames.Volume,
                Do = async token =>
                {
                    await provisioning.EnsureVolumesAsync(machine, machine.Disks, context, token).ConfigureAwait(false);
                    disks = await provisioning.AttachAsync(machine, token).ConfigureAwait(false);
                },
                Undo = token => teardown.DeleteVolumesAsync(machine, machine.Disks, disk => disk.IsAdopted, token),
            },
            new()
            {
                Name = MachineStepNames.Network,
                Do = async token => (machine, nics) = await provisioning.EnsurePortsAsync(machine, context, token).ConfigureAwait(false),
                Undo = token => teardown.DeletePortsAsync(machine, machine.Nics, token),
            },
            new()
            {
                Name = MachineStepNames.Define,
                Do = async token => machine = await provisioning.DefineAsync(machine, disks, nics, context, token).ConfigureAwait(false),
                Undo = token => teardown.DeleteDomainAsync(machine, token),
            },
        ];
        if (machine.Spec.Start)
            steps.Add(new() { Name = MachineStepNames.Start, Do = token => provisioning.StartAsync(machine, disks, nics, context, token) });
        return steps;
    }

    private async Task<OperationEnd> EndAsync(Guid id, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationEnd();
        if (ending.Phase == OperationPhase.Succeeded)
        {
            var ready = stored.Value with { Phase = MachinePhase.Ready, ShouldRun = stored.Value.Spec.Start, Error = null };
            return new OperationEnd { Writes = [machines.Update(stored, ready)] };
        }

        var error = ending.ErrorWithRemains("Delete the machine to try the clean-up again.");
        var failed = machines.Update(stored, stored.Value with { Phase = MachinePhase.Failed, ShouldRun = false, Error = error });
        return new OperationEnd
        {
            Writes = ending.UndoFailures.Count > 0
                ? [failed]
                :
                [
                    failed,
                    .. await records.RemoveVolumesAsync(stored.Value, stored.Value.Disks, disk => disk.IsAdopted, cancellationToken).ConfigureAwait(false),
                    .. await records.GiveBackAsync(stored.Value, cancellationToken).ConfigureAwait(false),
                ],
        };
    }
}
