using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Operations;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Defines a machine again that somebody undefined. What fails or is cancelled leaves it undefined when it was.</summary>
internal sealed class MachineRedefineKind(PowerObserver observer, MachineProvisioning provisioning, MachineTeardown teardown) : IOperationKind
{
    public string Name => MachineOperationKinds.Redefine;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Attach, MachineStepNames.Define];

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
                    Name = MachineStepNames.Define,
                    Do = attached.DefineAsync,
                    Undo = token => context.GetData<MachineBefore>()?.Was == PowerState.Absent
                        ? teardown.DeleteDomainAsync(machine, token) : Task.CompletedTask,
                },
            ],
        };
    }
}
