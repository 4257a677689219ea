using LimiQuantix.Core.Operations;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Pauses a machine, or lets a paused one go on. What fails or is cancelled leaves it as it was.</summary>
internal sealed class MachineHoldKind(bool pauses, PowerObserver observer, ProviderInstances providers, EngineRetry retry) : IOperationKind
{
    public string Name => pauses ? MachineOperationKinds.Pause : MachineOperationKinds.Resume;

    public IReadOnlyList<string> StepNames { get; } = [pauses ? MachineStepNames.Pause : MachineStepNames.Resume];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await observer.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        var before = pauses ? PowerState.Running : PowerState.Paused;
        return new OperationPlan
        {
            About = machine.About,
            Steps =
            [
                new()
                {
                    Name = StepNames[0],
                    Do = async token =>
                    {
                        await observer.NoteAsync(machine, context, token).ConfigureAwait(false);
                        await HoldAsync(machine, pauses, token).ConfigureAwait(false);
                    },
                    Undo = token => context.GetData<MachineBefore>()?.Was == before ? HoldAsync(machine, !pauses, token) : Task.CompletedTask,
                },
            ],
        };
    }

    private async Task HoldAsync(MachineDocument machine, bool isPause, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => isPause
                ? hypervisor.PauseAsync(new PauseMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machine.Id }, token)
                : (Task)hypervisor.ResumeAsync(new ResumeMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machine.Id }, token),
            cancellationToken).ConfigureAwait(false);
    }
}
