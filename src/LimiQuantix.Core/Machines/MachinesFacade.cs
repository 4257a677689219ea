using System.Runtime.CompilerServices;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines;

/// <summary>The machines as one caller sees them.</summary>
internal sealed class MachinesFacade(Caller caller, MachineServices services) : IMachines
{
    private readonly ResourceTable<MachineDocument> _machines = services.Machines;

    public async Task<OperationHandle<VirtualMachine>> CreateAsync(
        MachineSpec spec, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.create", null, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        var operation = await services.Creation.SubmitAsync(caller, spec, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<VirtualMachine> EnsureAsync(
        MachineSpec spec, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.create", null, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        return await services.Ensuring.EnsureAsync(this, caller, spec, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.get", id, cancellationToken).ConfigureAwait(false);
        return await services.Reader.GetAsync(id, caller.Project, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.get", null, cancellationToken).ConfigureAwait(false);
        if (!Names.IsDnsLabel(name)) return null;
        var stored = await _machines.FindByNameAsync(caller.Project, name, cancellationToken).ConfigureAwait(false);
        return stored is null ? null : await services.Reader.ComposeAsync(stored.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<VirtualMachine>> ListAsync(CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.list", null, cancellationToken).ConfigureAwait(false);
        return await services.Reader.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<VirtualMachine> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.get", id, cancellationToken).ConfigureAwait(false);
        await foreach (var machine in services.Watch.FollowAsync(id, caller.Project, cancellationToken).ConfigureAwait(false)) yield return machine;
    }

    public async Task<VirtualMachine> WaitAsync(
        Guid id, Readiness readiness, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.get", id, cancellationToken).ConfigureAwait(false);
        return await services.Waiter.WaitAsync(id, caller.Project, readiness, timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OperationHandle<VirtualMachine>> StartAsync(
        Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var machine = await ReadyAsync(id, "machines.start", cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StartAsync(caller, machine, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine>> StopAsync(
        Guid id, StopMode mode = StopMode.Graceful, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var machine = await ReadyAsync(id, "machines.stop", cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StopAsync(caller, machine, mode, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine?>> DeleteAsync(
        Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowAsync("machines.delete", id, cancellationToken).ConfigureAwait(false);
        var stored = await _machines.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored?.Value.Project != caller.Project) stored = null;
        var last = stored is null ? null : await services.Reader.ComposeAsync(stored.Value, cancellationToken).ConfigureAwait(false);
        var operation = await services.Deletion.SubmitAsync(caller, id, stored, options, cancellationToken).ConfigureAwait(false);
        return services.Queue.CreateHandle(operation, _ => Task.FromResult(last));
    }

    public async Task<IReadOnlyList<MachineAction>> GetActionsAsync(Guid id, CancellationToken cancellationToken = default) =>
        MachineActions.Of(await GetAsync(id, cancellationToken).ConfigureAwait(false));

    private async Task<Stored<MachineDocument>> ReadyAsync(Guid id, string action, CancellationToken cancellationToken)
    {
        await AllowAsync(action, id, cancellationToken).ConfigureAwait(false);
        var stored = await _machines.GetAsync(id, caller.Project, cancellationToken).ConfigureAwait(false);
        return stored.Value.Phase == MachinePhase.Ready
            ? stored
            : throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The machine '{stored.Value.Name}' is {stored.Value.Phase.ToString().ToLowerInvariant()}.",
                stored.Value.Phase == MachinePhase.Creating ? "Wait for its creation to end, or cancel that operation." : "Delete it and create it anew.",
                id.ToString());
    }

    private OperationHandle<VirtualMachine> Handle(Operation operation) => services.Queue.CreateHandle(
        operation, token => services.Reader.GetAsync(operation.ResourceId, caller.Project, token));

    private Task AllowAsync(string action, Guid? id, CancellationToken cancellationToken) =>
        services.Access.EnsureAllowedAsync(caller, action, id, cancellationToken);
}
