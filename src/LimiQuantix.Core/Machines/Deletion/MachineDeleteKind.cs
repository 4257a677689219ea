using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Deletion;

/// <summary>
/// Deletes a machine with all it is made of, then its record. Cancelled before it begins, it leaves the machine as it was; afterwards what
/// is gone is gone, and it goes on. A failure leaves the record with its error: another deletion tries again.
/// </summary>
internal sealed class MachineDeleteKind(
    ResourceTable<MachineDocument> machines, MachineRecords records, MachineTeardown teardown, TimeProvider timeProvider) : IOperationKind
{
    public string Name => MachineOperationKinds.Delete;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Delete, MachineStepNames.Network, MachineStepNames.Volume];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var before = context.GetData<MachineBefore>() ?? new MachineBefore { MachineId = context.Operation.ResourceId };
        if (before.MachineId is not { } id || await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationPlan();
        var machine = stored.Value;
        return new OperationPlan
        {
            About = stored.Value.About,
            Steps =
            [
                new() { Name = MachineStepNames.Delete, Do = token => teardown.DeleteDomainAsync(machine, token), IsPointOfNoReturn = true },
                new() { Name = MachineStepNames.Network, Do = token => teardown.DeletePortsAsync(machine, machine.AllNics, token) },
                new() { Name = MachineStepNames.Volume, Do = token => teardown.DeleteVolumesAsync(machine, machine.AllDisks, disk => disk.IsAdopted, token) },
            ],
            End = (ending, token) => EndAsync(before, ending, token),
        };
    }

    private async Task<OperationEnd> EndAsync(MachineBefore before, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (await machines.FindAsync(before.MachineId!.Value, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationEnd();
        switch (ending.Phase)
        {
            case OperationPhase.Succeeded:
                return new OperationEnd
                {
                    Writes = await records.RemoveAsync(stored, cancellationToken).ConfigureAwait(false),
                    // What the host asked for is the last that anybody can know of it.
                    Value = MachineView.Gone(stored.Value.WithoutUserData(), timeProvider.GetUtcNow()),
                };
            case OperationPhase.Cancelled when stored.Value.Phase == MachinePhase.Deleting:
                return new OperationEnd { Writes = [machines.Update(stored, stored.Value with { Phase = before.Phase, ShouldRun = before.ShouldRun })] };
            case OperationPhase.Failed:
                var failed = stored.Value with { Phase = MachinePhase.Failed, ShouldRun = false, Error = ending.Error };
                return new OperationEnd { Writes = [machines.Update(stored, failed)] };
            default:
                return new OperationEnd();
        }
    }
}
