using System.Runtime.CompilerServices;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines;

/// <summary>The machines as one caller sees them.</summary>
internal sealed class MachinesFacade(Caller caller, MachineRoom services) : IMachines
{
    private readonly ResourceTable<MachineDocument> _machines = services.Machines;

    public async Task<OperationHandle<VirtualMachine>> CreateAsync(
        MachineSpec spec, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowCreationAsync(spec, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        spec = MachineSecrets.Own(spec, caller);
        var operation = await services.Creation.SubmitAsync(caller, spec, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<VirtualMachine> EnsureAsync(
        MachineSpec spec, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await AllowCreationAsync(spec, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        spec = MachineSecrets.Own(spec, caller);
        return await services.Ensuring.EnsureAsync(this, caller, spec, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine> GetAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var stored = await GetAllowedAsync(Actions.MachinesGet, id, null, cancellationToken).ConfigureAwait(false);
        return await services.Reader.ComposeAsync(stored.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Names.IsDnsLabel(name))
        {
            // No machine can be called that.
            await AllowAsync(Actions.MachinesGet, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var stored = await services.Access.FindAsync(caller, Actions.MachinesGet, _machines, name, null, cancellationToken).ConfigureAwait(false);
        return stored is null ? null : await services.Reader.ComposeAsync(stored.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<VirtualMachine>> ListAsync(CancellationToken cancellationToken = default)
    {
        await AllowAsync(Actions.MachinesList, cancellationToken).ConfigureAwait(false);
        return await services.Reader.ListAsync(caller.Project, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<VirtualMachine> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await GetAllowedAsync(Actions.MachinesGet, id, null, cancellationToken).ConfigureAwait(false);
        await foreach (var machine in services.Watch.FollowAsync(id, caller.Project, cancellationToken).ConfigureAwait(false)) yield return machine;
    }

    public async Task<VirtualMachine> WaitAsync(
        Guid id, Readiness readiness, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        await GetAllowedAsync(Actions.MachinesGet, id, readiness, cancellationToken).ConfigureAwait(false);
        return await services.Waiter.WaitAsync(id, caller.Project, readiness, timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OperationHandle<VirtualMachine>> StartAsync(
        Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await GetAllowedAsync(Actions.MachinesStart, id, null, cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StartAsync(caller, id, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine>> StopAsync(
        Guid id, StopMode mode = StopMode.Graceful, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await GetAllowedAsync(Actions.MachinesStop, id, mode, cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StopAsync(caller, id, mode, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine>> RestartAsync(
        Guid id, StopMode mode = StopMode.Graceful, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await GetAllowedAsync(Actions.MachinesRestart, id, mode, cancellationToken).ConfigureAwait(false);
        return Handle(await services.Power.RestartAsync(caller, id, mode, options, cancellationToken).ConfigureAwait(false));
    }

    public Task<OperationHandle<VirtualMachine>> ResetAsync(Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesReset, MachineOperationKinds.Reset, id, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> PauseAsync(Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesPause, MachineOperationKinds.Pause, id, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> ResumeAsync(Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesResume, MachineOperationKinds.Resume, id, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> RedefineAsync(Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesRedefine, MachineOperationKinds.Redefine, id, options, cancellationToken);

    public async Task<OperationHandle<VirtualMachine?>> DeleteAsync(
        Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await services.Access.FindAsync(caller, Actions.MachinesDelete, _machines, id, null, cancellationToken).ConfigureAwait(false);
        var operation = await services.Deletion.SubmitAsync(caller, id, options, cancellationToken).ConfigureAwait(false);
        // The operation stores the machine as it was; there is none when there was no machine.
        return services.Queue.CreateHandle(operation, _ => Task.FromResult<VirtualMachine?>(null));
    }

    public async Task<IReadOnlyList<QuarantinedMachine>> ListQuarantinedAsync(CancellationToken cancellationToken = default)
    {
        await AllowAsync(Actions.MachinesListQuarantined, cancellationToken).ConfigureAwait(false);
        return await services.Quarantine.ListAsync(caller, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine> AdoptAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await services.Access.FindAsync(caller, Actions.MachinesAdopt, _machines, id, null, cancellationToken).ConfigureAwait(false);
        return await services.Quarantine.AdoptAsync(caller, id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OperationHandle<QuarantinedMachine?>> PurgeAsync(
        Guid id, OperationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await services.Access.FindAsync(caller, Actions.MachinesPurge, _machines, id, null, cancellationToken).ConfigureAwait(false);
        var operation = await services.Quarantine.PurgeAsync(caller, id, options, cancellationToken).ConfigureAwait(false);
        return services.Queue.CreateHandle(operation, _ => Task.FromResult<QuarantinedMachine?>(null));
    }

    public async Task<IReadOnlyList<MachineAction>> GetActionsAsync(Guid id, CancellationToken cancellationToken = default) =>
        MachineActions.Of(await GetAsync(id, cancellationToken).ConfigureAwait(false));

    private async Task<OperationHandle<VirtualMachine>> SubmitAsync(
        string action, string kind, Guid id, OperationOptions? options, CancellationToken cancellationToken)
    {
        await GetAllowedAsync(action, id, null, cancellationToken).ConfigureAwait(false);
        return Handle(await services.Power.SubmitAsync(kind, caller, id, options, cancellationToken).ConfigureAwait(false));
    }

    private OperationHandle<VirtualMachine> Handle(Operation operation) => services.Queue.CreateHandle(
        operation, token => services.Reader.GetAsync(operation.ResourceId, caller.Project, token));

    private Task<Stored<MachineDocument>> GetAllowedAsync(string action, Guid id, object? request, CancellationToken cancellationToken) =>
        services.Access.GetAsync(caller, action, _machines, id, request, cancellationToken);

    private Task AllowAsync(string action, CancellationToken cancellationToken) =>
        services.Access.EnsureAllowedAsync(caller, action, Access.Target(_machines.Kind, caller), null, cancellationToken);

    private Task AllowCreationAsync(MachineSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return services.Access.EnsureAllowedAsync(
            caller, Actions.MachinesCreate, Access.Target(_machines.Kind, caller, spec.Name), spec, cancellationToken);
    }
}
