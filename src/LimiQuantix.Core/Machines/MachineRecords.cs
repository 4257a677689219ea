using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines;

/// <summary>Keeps a machine's record and its root volume's together.</summary>
internal sealed class MachineRecords(ResourceTable<MachineDocument> machines, ResourceTable<Volume> volumes)
{
    /// <summary>The key that a second machine of the same name fails on.</summary>
    public string KeyOfName(MachineDocument machine) => machines.KeyOfName(machine.Project, machine.Name);

    /// <summary>The writes that store the intent of a new machine.</summary>
    public IReadOnlyList<StateWrite> Insert(MachineDocument machine) =>
    [
        machines.Insert(machine),
        volumes.Insert(new Volume
        {
            Id = machine.VolumeId,
            Project = machine.Project,
            Name = machine.VolumeId.ToString(),
            Pool = machine.Pool,
            SizeBytes = machine.Spec.DiskSizeBytes,
            ImageId = machine.Spec.ImageId,
            MachineId = machine.Id,
            CreatedAt = machine.CreatedAt,
        }),
    ];

    /// <summary>Leaves of a machine only the record with its error; when not all could be undone, the error says what is left.</summary>
    public async Task MarkFailedAsync(
        MachineDocument machine, Exception cause, IReadOnlyList<Exception> undoFailures, StateLease? fence, CancellationToken cancellationToken)
    {
        var error = cause switch
        {
            LimiQuantixException known => known.Error,
            OperationCanceledException => new LimiQuantixError { Code = ErrorCodes.Cancelled, Message = "The creation was cancelled." },
            _ => new LimiQuantixError { Code = ErrorCodes.Internal, Message = cause.Message },
        };
        if (undoFailures.Count > 0)
        {
            error = error with
            {
                Message = $"{error.Message} Not everything could be undone: {string.Join(" ", undoFailures.Select(f => f.Message))}",
                Remedy = "Delete the machine to try the clean-up again.",
            };
        }
        else
        {
            await volumes.DeleteAsync(machine.VolumeId, fence, cancellationToken).ConfigureAwait(false);
        }

        await machines.UpdateAsync(
            machine.Id, current => current with { Phase = MachinePhase.Failed, ShouldRun = false, Error = error }, fence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the records of a machine that is no more.</summary>
    public async Task RemoveAsync(MachineDocument machine, StateLease? fence, CancellationToken cancellationToken)
    {
        await volumes.DeleteAsync(machine.VolumeId, fence, cancellationToken).ConfigureAwait(false);
        await machines.DeleteAsync(machine.Id, fence, cancellationToken).ConfigureAwait(false);
    }
}
