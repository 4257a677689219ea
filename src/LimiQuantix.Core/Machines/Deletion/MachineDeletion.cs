using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Deletion;

/// <summary>Stores the wish that a machine is no more, with the operation that makes it so.</summary>
internal sealed class MachineDeletion(IOperationQueue queue, OperationStore operations, ResourceTable<MachineDocument> machines)
{
    /// <param name="caller">Who asks. Without such a machine in the caller's project there is nothing to do, and nothing is stored.</param>
    /// <param name="id">The machine.</param>
    /// <param name="options">Idempotency key, expected version.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Operation> SubmitAsync(Caller caller, Guid id, DeleteOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        new OperationRequest { Kind = MachineOperationKinds.Delete, Caller = caller, Target = id, Request = new ResourceRequest { Id = id }, Options = options },
        token => PrepareAsync(caller, id, options, token),
        cancellationToken);

    private async Task<OperationIntent> PrepareAsync(Caller caller, Guid id, DeleteOptions? options, CancellationToken cancellationToken)
    {
        var stored = await machines.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored?.Value.Project != caller.Project)
        {
            // A foreign project's machine of this id is as absent as any: the answer is the same, and nothing is stored.
            return new OperationIntent { ResourceId = id, IsNothing = true };
        }

        var machine = stored.Value;
        ExpectedGeneration.Check(machine, options?.ExpectedGeneration);
        if (machine.Phase == MachinePhase.Creating) await RefuseDuringCreationAsync(machine, cancellationToken).ConfigureAwait(false);
        return new OperationIntent
        {
            ResourceId = id,
            Data = MachineBefore.Of(machine),
            Writes = machine.Phase == MachinePhase.Deleting
                ? [machines.Require(stored)]
                : [machines.Update(stored, machine with { Phase = MachinePhase.Deleting, ShouldRun = false })],
        };
    }

    private async Task RefuseDuringCreationAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var known = await operations.ListAsync(machine.Project, machine.Id, cancellationToken).ConfigureAwait(false);
        // None, when an earlier version left the record behind.
        if (known.FirstOrDefault(o => o.Kind == MachineOperationKinds.Create && !OperationStore.HasEnded(o)) is not { } creation) return;
        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The creation of '{machine.Name}' has not ended: operation {creation.Id}.",
            "Cancel that operation or wait for it, then delete the machine.", machine.Id.ToString());
    }
}
