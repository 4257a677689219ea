using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>Stores the intent of a new machine: ids and choices first, then its operation, in one transaction.</summary>
internal sealed class MachineCreation(
    IOperationQueue queue,
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    SpecResolution resolution,
    MachinePlacement placement,
    Admission admission,
    TimeProvider timeProvider)
{
    public Task<Operation> SubmitAsync(Caller caller, MachineSpec spec, CreateOptions? options, CancellationToken cancellationToken) =>
        queue.SubmitAsync(Request(caller, spec, options), token => PrepareAsync(caller, spec, token), cancellationToken);

    /// <summary>Throws what would keep a machine from being created now. Stores nothing.</summary>
    public async Task PlanAsync(Caller caller, MachineSpec spec, CancellationToken cancellationToken)
    {
        var intent = await PrepareAsync(caller, spec, cancellationToken).ConfigureAwait(false);
        await admission.AdmitAsync(Request(caller, spec, null), intent, cancellationToken).ConfigureAwait(false);
    }

    private static OperationRequest Request(Caller caller, MachineSpec spec, CreateOptions? options) =>
        new() { Kind = MachineOperationKinds.Create, Caller = caller, Target = null, Request = spec, Options = options };

    private async Task<OperationIntent> PrepareAsync(Caller caller, MachineSpec spec, CancellationToken cancellationToken)
    {
        if (await machines.FindByNameAsync(caller.Project, spec.Name, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, $"There is a machine named '{spec.Name}'.", "Choose another name, use EnsureAsync, or delete that machine.", spec.Name);
        }

        var resolved = await resolution.ResolveAsync(caller.Project, SpecCompletion.Complete(spec), null, cancellationToken).ConfigureAwait(false);
        var place = await placement.ChooseAsync(resolved.Spec, resolved.Disks, resolved.Nics, cancellationToken).ConfigureAwait(false);
        var id = Guid.CreateVersion7();
        var machine = new MachineDocument
        {
            Id = id,
            Project = caller.Project,
            Creator = caller.Name,
            Sharing = spec.Sharing,
            Name = spec.Name,
            Labels = spec.Labels,
            Spec = resolved.Spec,
            Phase = MachinePhase.Creating,
            Node = place.Node.Value,
            Hypervisor = place.Hypervisor,
            Disks = resolved.Disks,
            Nics = resolved.Nics,
            InstanceId = "iid-" + id.ToString("N"),
            DefaultUser = resolved.DefaultUser,
            CreatedAt = timeProvider.GetUtcNow(),
        };
        // The machine's document has the request.
        return new OperationIntent
        {
            ResourceId = id,
            Name = machine.Name,
            StoresRequest = false,
            Reserves = MachineReservations.Of(machine),
            Writes = [.. await records.InsertAsync(machine, null, cancellationToken).ConfigureAwait(false), .. resolved.Writes],
        };
    }
}
