using LimiQuantix.Core.Machines.Waiting;
using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Pauses a machine. What fails or is cancelled lets it go on when it ran.</summary>
internal sealed class MachinePauseKind(PowerObserver sight, ProviderInstances providers, EngineRetry retry) : IOperationKind
{
    public string Name => MachineOperationKinds.Pause;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Pause];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await sight.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        return new OperationPlan
        {
            Steps =
            [
                new()
                {
                    Name = MachineStepNames.Pause,
                    Do = async token =>
                    {
                        await sight.NoteAsync(machine, context, token).ConfigureAwait(false);
                        await MachineHold.PauseAsync(providers, retry, machine, token).ConfigureAwait(false);
                    },
                    Undo = token => context.GetData<MachineBefore>()?.Was == PowerState.Running
                        ? MachineHold.ResumeAsync(providers, retry, machine, token) : Task.CompletedTask,
                },
            ],
        };
    }
}

/// <summary>Lets a paused machine go on. What fails or is cancelled pauses it when it was.</summary>
internal sealed class MachineResumeKind(PowerObserver sight, ProviderInstances providers, EngineRetry retry) : IOperationKind
{
    public string Name => MachineOperationKinds.Resume;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Resume];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await sight.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        return new OperationPlan
        {
            Steps =
            [
                new()
                {
                    Name = MachineStepNames.Resume,
                    Do = async token =>
                    {
                        await sight.NoteAsync(machine, context, token).ConfigureAwait(false);
                        await MachineHold.ResumeAsync(providers, retry, machine, token).ConfigureAwait(false);
                    },
                    Undo = token => context.GetData<MachineBefore>()?.Was == PowerState.Paused
                        ? MachineHold.PauseAsync(providers, retry, machine, token) : Task.CompletedTask,
                },
            ],
        };
    }
}

/// <summary>Halts a machine's processors, and lets them go on.</summary>
internal static class MachineHold
{
    public static async Task PauseAsync(ProviderInstances providers, EngineRetry retry, MachineDocument machine, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => hypervisor.PauseAsync(new PauseMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false);
    }

    public static async Task ResumeAsync(ProviderInstances providers, EngineRetry retry, MachineDocument machine, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => hypervisor.ResumeAsync(new ResumeMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false);
    }
}
