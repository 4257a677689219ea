using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Stores the wish that a machine runs or is off, with the operation that makes it so.</summary>
internal sealed class MachinePower(IOperationQueue queue, ResourceTable<MachineDocument> machines)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The machine.</param>
    /// <param name="options">Idempotency key, expected version.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Operation> StartAsync(Caller caller, Guid id, StartOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Start, caller, id, shouldRun: true, new ResourceRequest { Id = id }, options, null, cancellationToken);

    /// <summary>Starts a machine for its run policy, when its record is still as it was looked at: a wish that it be off is not overridden.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.VersionMismatch"/>: it is not.</exception>
    public Task<Operation> StartAgainAsync(Caller caller, Stored<MachineDocument> seen, CancellationToken cancellationToken) => SubmitAsync(
        MachineOperationKinds.Start, caller, seen.Value.Id, shouldRun: true, new ResourceRequest { Id = seen.Value.Id }, null, seen.Version, cancellationToken);

    /// <summary>Lets a machine go on for its run policy, under the same condition.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.VersionMismatch"/>.</exception>
    public Task<Operation> ResumeAgainAsync(Caller caller, Stored<MachineDocument> seen, CancellationToken cancellationToken) => SubmitAsync(
        MachineOperationKinds.Resume, caller, seen.Value.Id, shouldRun: null, new ResourceRequest { Id = seen.Value.Id }, null, seen.Version, cancellationToken);

    public Task<Operation> StopAsync(Caller caller, Guid id, StopOptions options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Stop, caller, id, shouldRun: false, new MachineStopRequest { Mode = options.Mode }, options, null, cancellationToken);

    public Task<Operation> RestartAsync(Caller caller, Guid id, RestartOptions options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Restart, caller, id, shouldRun: true, new MachineStopRequest { Mode = options.Mode }, options, null, cancellationToken);

    /// <summary>Submits what changes nothing of the wish that the machine runs or is off.</summary>
    public Task<Operation> SubmitAsync(string kind, Caller caller, Guid id, ResourceOperationOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(kind, caller, id, shouldRun: null, new ResourceRequest { Id = id }, options, null, cancellationToken);

    private Task<Operation> SubmitAsync(
        string kind, Caller caller, Guid id, bool? shouldRun, object request, ResourceOperationOptions? options, long? seenVersion, CancellationToken cancellationToken) =>
        queue.SubmitAsync(
        new OperationRequest { Kind = kind, Caller = caller, Target = id, Request = request, Options = options },
        async token =>
        {
            var stored = await machines.GetAsync(id, caller.Project, token).ConfigureAwait(false);
            CheckReady(stored.Value);
            ExpectedGeneration.Check(stored.Value, options?.ExpectedGeneration);
            if (seenVersion is not null && seenVersion != stored.Version)
                throw new LimiQuantixException(ErrorCodes.VersionMismatch, $"'{stored.Value.Name}' was changed meanwhile.", "Look again.", id.ToString());
            var wished = stored.Value with
            {
                ShouldRun = shouldRun ?? stored.Value.ShouldRun,
                PowerCuts = stored.Value.PowerCuts + (request is MachineStopRequest { Mode: StopMode.Force } ? 1 : 0),
            };
            var write = wished == stored.Value ? machines.Require(stored) : machines.Update(stored, wished);
            return new OperationIntent { ResourceId = id, Data = MachineBefore.Of(stored.Value) with { PowerCuts = wished.PowerCuts }, Writes = [write] };
        },
        cancellationToken);

    private static void CheckReady(MachineDocument machine)
    {
        if (machine.Phase == MachinePhase.Ready) return;
        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The machine '{machine.Name}' is {machine.Phase.ToString().ToLowerInvariant()}.",
            machine.Phase == MachinePhase.Creating ? "Wait for its creation to end, or cancel that operation." : "Delete it and create it anew.",
            machine.Id.ToString());
    }
}

/// <summary>What a stop operation was asked.</summary>
internal sealed record MachineStopRequest
{
    public StopMode Mode { get; init; }
}
