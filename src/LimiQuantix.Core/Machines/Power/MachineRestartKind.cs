using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>
/// Stops a machine and starts it again. Once its power was cut there is no way back but forward; a graceful one that fails or is cancelled
/// on the way leaves the machine on when it was on.
/// </summary>
internal sealed class MachineRestartKind(
    ResourceTable<MachineDocument> machines, PowerObserver observer, MachineShutdown shutdown, MachineProvisioning provisioning, MachineTeardown teardown,
    MachineApplying applying) : IOperationKind
{
    public string Name => MachineOperationKinds.Restart;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Attach, MachineStepNames.Stop, MachineStepNames.Start];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await observer.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        var mode = context.GetRequest<MachineStopRequest>().Mode;
        var attached = new AttachedMachine(machine, observer, provisioning, context);
        return new OperationPlan
        {
            About = machine.About,
            Steps =
            [
                attached.Step,
                new()
                {
                    Name = MachineStepNames.Stop,
                    Do = async token =>
                    {
                        // It may be on again for this very operation.
                        if (context.GetData<MachineBefore>()?.IsHalfDone == true) return;
                        if (context.GetData<MachineBefore>()?.Was != PowerState.Absent) await shutdown.RunAsync(machine, mode, context.GetData<MachineBefore>()?.PowerCuts, token).ConfigureAwait(false);
                        await PowerObserver.NoteHalfDoneAsync(machine, context, token).ConfigureAwait(false);
                    },
                    Undo = async token =>
                    {
                        if (context.GetData<MachineBefore>()?.WasOn != true) return;
                        await attached.AttachAsync(token).ConfigureAwait(false);
                        await attached.StartAsync(token).ConfigureAwait(false);
                    },
                    IsPointOfNoReturn = mode == StopMode.Force,
                },
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
            Afterwards = (_, token) => applying.RemoveAsync(machine.Id, context, token),
        };
    }
}
