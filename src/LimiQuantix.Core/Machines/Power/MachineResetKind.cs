using LimiQuantix.Core.Operations;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Resets a machine. What the guest lost by it is lost: once begun, it is not taken back.</summary>
internal sealed class MachineResetKind(PowerObserver observer, ProviderInstances providers, EngineRetry retry) : IOperationKind
{
    public string Name => MachineOperationKinds.Reset;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Reset];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await observer.ReadyAsync(context, cancellationToken).ConfigureAwait(false) is not { } machine) return new OperationPlan();
        return new OperationPlan { About = machine.About, Steps = [new() { Name = MachineStepNames.Reset, Do = token => ResetAsync(machine, context, token), IsPointOfNoReturn = true }] };
    }

    private async Task ResetAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        if (context.GetData<MachineBefore>()?.IsHalfDone == true) return;
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => hypervisor.ResetAsync(new ResetMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false);
        await PowerObserver.NoteHalfDoneAsync(machine, context, cancellationToken).ConfigureAwait(false);
    }
}
