using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Stops a machine.</summary>
internal sealed class MachineStopKind(ResourceTable<MachineDocument> machines, MachineShutdown shutdown) : IOperationKind
{
    public string Name => MachineOperationKinds.Stop;

    public IReadOnlyList<string> StepNames { get; } = [MachineStepNames.Stop];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationPlan();
        var mode = context.GetRequest<MachineStopRequest>().Mode;
        return new OperationPlan
        {
            About = stored.Value.About,
            // A power cut is not taken back.
            Steps = [new() { Name = MachineStepNames.Stop, Do = token => shutdown.RunAsync(stored.Value, mode, context.GetData<MachineBefore>()?.PowerCuts, token), IsPointOfNoReturn = mode == StopMode.Force }],
            End = (ending, token) => MachinePowerEnd.OfAsync(machines, context, ending, token),
        };
    }
}
