using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Creates a machine. A failure or cancellation undoes everything and leaves the record with its error.</summary>
internal sealed class MachineCreateRunner(
    ResourceTable<MachineDocument> machines, MachineRecords records, MachineProvisioning provisioning, MachineTeardown teardown) : IOperationRunner
{
    public string Kind => MachineOperationKinds.Create;

    public async Task RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var stored = await machines.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false)
            ?? throw new LimiQuantixException(ErrorCodes.NotFound, "The machine's record is gone.", target: context.Operation.ResourceId.ToString());
        var machine = stored.Value;
        if (machine.Phase == MachinePhase.Ready) return;

        var undo = new UndoStack(context.Logger);
        // What an earlier attempt made must be undone too, however far this attempt comes.
        if (context.Operation.Attempts > 1) teardown.PushAll(undo, machine);
        try
        {
            machine = await provisioning.DefineAsync(machine, context, undo, cancellationToken).ConfigureAwait(false);
            if (machine.Spec.Start) await provisioning.StartAsync(machine, context, cancellationToken).ConfigureAwait(false);
            await machines.UpdateAsync(
                machine.Id, current => current with { Phase = MachinePhase.Ready, ShouldRun = current.Spec.Start, Error = null }, context.Fence, cancellationToken)
                .ConfigureAwait(false);
            undo.Clear();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !context.IsCancelRequested)
        {
            // The engine stops: the next one goes on from here.
            throw;
        }
        catch (Exception exception)
        {
            var failures = await undo.UndoAsync(context.Stopping).ConfigureAwait(false);
            await records.MarkFailedAsync(machine, exception, failures, context.Fence, context.Stopping).ConfigureAwait(false);
            throw;
        }
    }
}
