using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Waiting;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Defines a machine again that somebody undefined. What fails or is cancelled leaves it undefined when it was.</summary>
internal sealed class MachineRedefineKind(PowerObserver sight, MachineProvisioning provisioning, MachineTeardown teardown) : IOperationKind
{
    public string Name => MachineOperationKinds.Redefine;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Attach, MachineStepNames.Define];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await sight.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        IReadOnlyList<MachineDisk> disks = [];
        IReadOnlyList<MachineNic> nics = [];
        return new OperationPlan
        {
            Steps =
            [
                new()
                {
                    Name = MachineStepNames.Attach,
                    Do = async token =>
                    {
                        await sight.NoteAsync(machine, context, token).ConfigureAwait(false);
                        disks = await provisioning.AttachAsync(machine, token).ConfigureAwait(false);
                        (machine, nics) = await provisioning.EnsurePortsAsync(machine, context, token).ConfigureAwait(false);
                    },
                },
                new()
                {
                    Name = MachineStepNames.Define,
                    Do = async token => machine = await provisioning.DefineAsync(machine, disks, nics, context, token).ConfigureAwait(false),
                    Undo = token => context.GetData<MachineBefore>()?.Was == PowerState.Absent
                        ? teardown.DeleteDomainAsync(machine, token) : Task.CompletedTask,
                },
            ],
        };
    }
}
