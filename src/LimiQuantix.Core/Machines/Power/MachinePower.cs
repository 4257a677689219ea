using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
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
    public Task<Operation> StartAsync(Caller caller, Guid id, OperationOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Start, caller, id, shouldRun: true, new { id }, options, cancellationToken);

    public Task<Operation> StopAsync(Caller caller, Guid id, StopMode mode, OperationOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Stop, caller, id, shouldRun: false, new MachineStopRequest { Mode = mode }, options, cancellationToken);

    private Task<Operation> SubmitAsync(
        string kind, Caller caller, Guid id, bool shouldRun, object request, OperationOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        new OperationRequest { Kind = kind, Caller = caller, Target = id, Request = request, Options = options },
        async token =>
        {
            var stored = await machines.GetAsync(id, caller.Project, token).ConfigureAwait(false);
            CheckReady(stored.Value);
            ExpectedVersion.Check(stored, options);
            StateWrite write = stored.Value.ShouldRun == shouldRun
                ? machines.Require(stored)
                : machines.Update(stored, stored.Value with { ShouldRun = shouldRun });
            return new OperationIntent { ResourceId = id, Data = MachineBefore.Of(stored.Value), Writes = [write] };
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
