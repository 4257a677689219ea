using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Starts a machine. What fails or is cancelled leaves it off when it was off.</summary>
internal sealed class MachineStartKind(
    ResourceTable<MachineDocument> machines, PowerObserver observer, MachineProvisioning provisioning, MachineTeardown teardown, MachineApplying applying) : IOperationKind
{
    public string Name => MachineOperationKinds.Start;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Attach, MachineStepNames.Start];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await observer.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        var attached = new AttachedMachine(machine, observer, provisioning, context);
        return new OperationPlan
        {
            About = machine.About,
            Steps =
            [
                attached.Step,
                new()
                {
                    Name = MachineStepNames.Start,
                    Do = async token =>
                    {
                        await attached.ApplyAsync(applying, token).ConfigureAwait(false);
                        await attached.StartAsync(token).ConfigureAwait(false);
                    },
                    Undo = token => context.GetData<MachineBefore>()?.WasOn is false
                        ? teardown.CutPowerAsync(machine.Hypervisor, machine.NodeId, machine.Id, token) : Task.CompletedTask,
                },
            ],
            End = (ending, token) => MachinePowerEnd.OfAsync(machines, context, ending, token),
            // What is left of it is removed with the next update, start or deletion.
            Afterwards = (_, token) => applying.RemoveAsync(machine.Id, context, token),
        };
    }
}

/// <summary>What the end of a start, a stop or a restart stores.</summary>
internal static class MachinePowerEnd
{
    /// <summary>A cancelled wish is taken back, unless somebody wished anew meanwhile.</summary>
    public static async Task<OperationEnd> OfAsync(
        ResourceTable<MachineDocument> machines, OperationContext context, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (ending.Phase != OperationPhase.Cancelled || context.GetData<MachineBefore>() is not { } before) return new OperationEnd();
        var stored = await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false);
        var wished = context.Operation.Kind != MachineOperationKinds.Stop;
        return stored is { Value.Phase: MachinePhase.Ready } && stored.Value.ShouldRun == wished && before.ShouldRun != wished
            ? new OperationEnd { Writes = [machines.Update(stored, stored.Value with { ShouldRun = before.ShouldRun })] }
            : new OperationEnd();
    }
}
