using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Deletion;

/// <summary>Stores the wish that a machine is no more, with the operation that makes it so.</summary>
internal sealed class MachineDeletion(IOperationQueue queue, ResourceTable<MachineDocument> machines)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The machine.</param>
    /// <param name="machine">Its record; <see langword="null"/> when the caller's project has none: the operation then has nothing to do.</param>
    /// <param name="options">Idempotency key, expected version.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Operation> SubmitAsync(
        Caller caller, Guid id, Stored<MachineDocument>? machine, OperationOptions? options, CancellationToken cancellationToken)
    {
        if (machine is { Value.Phase: MachinePhase.Creating })
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The creation of '{machine.Value.Name}' has not ended.", "Cancel that operation, then delete the machine.", id.ToString());
        }

        if (machine is not null) ExpectedVersion.Check(machine, options);
        return queue.SubmitAsync(
            new OperationSubmission
            {
                Kind = MachineOperationKinds.Delete,
                Caller = caller,
                // A foreign project's machine of this id must not be touched: the operation is then about an id that nothing has.
                ResourceId = machine is null ? Guid.CreateVersion7() : id,
                IsCreation = machine is null,
                Request = new { id },
                Options = options,
                Writes = machine is null or { Value.Phase: MachinePhase.Deleting }
                    ? []
                    : [machines.Update(machine, machine.Value with { Phase = MachinePhase.Deleting, ShouldRun = false })],
            },
            cancellationToken);
    }
}
