using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Quarantine;

/// <summary>What a purge works on.</summary>
internal sealed record MachinePurge
{
    /// <summary>The machine as it was found; <see langword="null"/> when there was none.</summary>
    public QuarantinedMachine? Machine { get; init; }

    /// <summary>What the hypervisor kept with it.</summary>
    public string? Kept { get; init; }
}

/// <summary>Deletes a quarantined machine, and its port and volume where it is known which they are. Once begun it is not taken back.</summary>
internal sealed class MachinePurgeKind(ResourceTable<MachineDocument> machines, MachineRecords records, MachineTeardown teardown) : IOperationKind
{
    public string Name => MachineOperationKinds.Purge;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Stop, MachineStepNames.Network, MachineStepNames.Volume, MachineStepNames.Delete];

    public Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var purge = context.GetData<MachinePurge>();
        if (purge?.Machine is not { } machine) return Task.FromResult(new OperationPlan());
        List<OperationStep> steps =
        [
            new()
            {
                Name = MachineStepNames.Stop,
                IsPointOfNoReturn = true,
                Do = async token =>
                {
                    await CheckStillQuarantinedAsync(machine.Id, token).ConfigureAwait(false);
                    await teardown.CutPowerAsync(machine.Hypervisor, machine.Node, machine.Id, token).ConfigureAwait(false);
                },
            },
        ];
        if (MachineDocument.FromKept(purge.Kept) is { } kept && kept.Id == machine.Id)
        {
            steps.Add(new() { Name = MachineStepNames.Network, Do = token => teardown.DeletePortsAsync(kept, kept.Nics, token) });
            steps.Add(new() { Name = MachineStepNames.Volume, Do = token => teardown.DeleteVolumesAsync(kept, kept.AllDisks, disk => disk.IsAdopted, token) });
        }

        // Last, because it knows what the others are: a purge that failed before can be asked for again.
        steps.Add(new() { Name = MachineStepNames.Delete, Do = token => teardown.DeleteDomainAsync(machine.Hypervisor, machine.Node, machine.Id, token) });
        return Task.FromResult(new OperationPlan
        {
            Steps = steps,
            End = (ending, _) => Task.FromResult(ending.Phase == OperationPhase.Succeeded
                ? new OperationEnd { Writes = [new StateWrite { Mutations = [records.PutTombstone(machine.Id)] }], Value = machine }
                : new OperationEnd()),
        });
    }

    private async Task CheckStillQuarantinedAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await machines.ExistsAsync(id, cancellationToken).ConfigureAwait(false)) return;
        throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine was adopted meanwhile.", "Use DeleteAsync.", id.ToString());
    }
}
