using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Starts a machine. Cancelling leaves it as it is.</summary>
internal sealed class MachineStartRunner(ResourceTable<MachineDocument> machines, MachineProvisioning provisioning) : IOperationRunner
{
    public string Kind => MachineOperationKinds.Start;

    public async Task RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var stored = await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false);
        if (stored is not { Value.Phase: MachinePhase.Ready })
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, "The machine is being made or deleted.", target: context.Operation.ResourceId.ToString());
        }

        await provisioning.StartAsync(stored.Value, context, cancellationToken).ConfigureAwait(false);
    }
}
