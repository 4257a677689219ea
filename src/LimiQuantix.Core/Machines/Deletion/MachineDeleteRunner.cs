using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Deletion;

/// <summary>Deletes a machine with all it is made of, then its record. Cannot be cancelled half-way: what is gone is gone.</summary>
internal sealed class MachineDeleteRunner(ResourceTable<MachineDocument> machines, MachineRecords records, MachineTeardown teardown) : IOperationRunner
{
    public string Kind => MachineOperationKinds.Delete;

    public async Task RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false) is not { } stored) return;
        var machine = stored.Value;
        context.Report(new OperationProgress { Step = MachineStepNames.Delete });
        await teardown.DeleteDomainAsync(machine, context.Stopping).ConfigureAwait(false);
        await teardown.DeletePortAsync(machine, context.Stopping).ConfigureAwait(false);
        await teardown.DeleteVolumeAsync(machine, context.Stopping).ConfigureAwait(false);
        await records.RemoveAsync(machine, context.Fence, context.Stopping).ConfigureAwait(false);
    }
}
