using System.Runtime.CompilerServices;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines;

/// <summary>The machines as one caller sees them.</summary>
internal sealed class MachinesFacade(Caller caller, FacadeParts parts, MachineRoom services)
    : ResourceFacade<MachineDocument, VirtualMachine, MachineQuery, MachineUpdate>(caller, parts, services.Machines), IMachines
{
    public async Task<OperationHandle<VirtualMachine>> CreateAsync(
        MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowCreationAsync(spec, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        spec = MachineSecrets.Own(spec, Caller);
        var operation = await services.Creation.SubmitAsync(Caller, spec, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<VirtualMachine> EnsureAsync(
        MachineSpec spec, EnsureOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowCreationAsync(spec, cancellationToken).ConfigureAwait(false);
        MachineSpecValidator.Validate(spec);
        spec = MachineSecrets.Own(spec, Caller);
        return await services.Ensuring.EnsureAsync(this, Caller, spec, options?.Progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ResourcePlan> PlanCreateAsync(MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default)
    {
        await AllowCreationAsync(spec, cancellationToken).ConfigureAwait(false);
        try
        {
            MachineSpecValidator.Validate(spec);
            await services.Creation.PlanAsync(Caller, MachineSecrets.Own(spec, Caller), cancellationToken).ConfigureAwait(false);
            return new ResourcePlan { Warnings = [.. CloudInitSpecValidator.Warnings(spec)] };
        }
        catch (LimiQuantixException e)
        {
            return new ResourcePlan { Error = e.Error, Warnings = [.. CloudInitSpecValidator.Warnings(spec)] };
        }
    }

    public override async Task<VirtualMachine> UpdateAsync(
        ResourceReference resource, MachineUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        // What is the record's alone needs no operation.
        if (!UpdatedSpec.IsOfHardware(update)) return await base.UpdateAsync(resource, update, options, cancellationToken).ConfigureAwait(false);
        var (id, _) = await GetAllowedAsync(Actions.MachinesUpdate, resource, update, cancellationToken).ConfigureAwait(false);
        var operation = await services.Updating.SubmitAsync(
            Caller, id, update, options, options?.ExpectedGeneration, there => Wish(there, update, null), cancellationToken).ConfigureAwait(false);
        return await Handle(operation).CompletedAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task<ResourcePlan> PlanUpdateAsync(
        ResourceReference resource, MachineUpdate update, UpdateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        var stored = await LookAsync("update", resource, true, update, cancellationToken).ConfigureAwait(false) ?? throw Table.NotFound(resource);
        return await services.Updating.PlanAsync(Caller, stored, update, there => Wish(there, update, options), cancellationToken).ConfigureAwait(false);
    }

    public Task<OperationHandle<VirtualMachine>> AttachIsoAsync(
        ResourceReference machine, Guid image, AttachIsoOptions? options = null, CancellationToken cancellationToken = default) =>
        ChangeDiscAsync(Actions.MachinesAttachIso, machine, image, options?.Drive, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> EjectIsoAsync(ResourceReference machine, EjectIsoOptions? options = null, CancellationToken cancellationToken = default) =>
        ChangeDiscAsync(Actions.MachinesEjectIso, machine, null, options?.Drive, options, cancellationToken);

    public async IAsyncEnumerable<VirtualMachine> WatchAsync(
        ResourceReference machine, FollowOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (id, project) = await GetAllowedAsync(Actions.MachinesGet, machine, null, cancellationToken).ConfigureAwait(false);
        await foreach (var seen in services.Watch.FollowAsync(id, project, cancellationToken).ConfigureAwait(false))
        {
            if (seen.Version > (options?.AfterVersion ?? 0)) yield return seen;
        }
    }

    public async Task<VirtualMachine> WaitAsync(
        ResourceReference machine, Readiness readiness, WaitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (id, project) = await GetAllowedAsync(Actions.MachinesGet, machine, readiness, cancellationToken).ConfigureAwait(false);
        return await services.Waiter.WaitAsync(id, project, readiness, options?.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OperationHandle<VirtualMachine>> StartAsync(
        ResourceReference machine, StartOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (id, _) = await GetAllowedAsync(Actions.MachinesStart, machine, null, cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StartAsync(Caller, id, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine>> StopAsync(
        ResourceReference machine, StopOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (id, _) = await GetAllowedAsync(Actions.MachinesStop, machine, options ??= new StopOptions(), cancellationToken).ConfigureAwait(false);
        var operation = await services.Power.StopAsync(Caller, id, options, cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    public async Task<OperationHandle<VirtualMachine>> RestartAsync(
        ResourceReference machine, RestartOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (id, _) = await GetAllowedAsync(Actions.MachinesRestart, machine, options ??= new RestartOptions(), cancellationToken).ConfigureAwait(false);
        return Handle(await services.Power.RestartAsync(Caller, id, options, cancellationToken).ConfigureAwait(false));
    }

    public Task<OperationHandle<VirtualMachine>> ResetAsync(ResourceReference machine, ResetOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesReset, MachineOperationKinds.Reset, machine, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> PauseAsync(ResourceReference machine, PauseOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesPause, MachineOperationKinds.Pause, machine, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> ResumeAsync(ResourceReference machine, ResumeOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesResume, MachineOperationKinds.Resume, machine, options, cancellationToken);

    public Task<OperationHandle<VirtualMachine>> RedefineAsync(ResourceReference machine, RedefineOptions? options = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(Actions.MachinesRedefine, MachineOperationKinds.Redefine, machine, options, cancellationToken);

    public async Task<OperationHandle<VirtualMachine?>> DeleteAsync(
        ResourceReference machine, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stored = await LookAsync("delete", machine, true, null, cancellationToken).ConfigureAwait(false);
        // A name that nothing has is as good as an id that nothing has.
        var id = stored?.Value.Id ?? machine.Id ?? Guid.CreateVersion7();
        var operation = await services.Deletion.SubmitAsync(Caller, id, options, cancellationToken).ConfigureAwait(false);
        // The operation stores the machine as it was; there is none when there was no machine.
        return services.Queue.CreateHandle(operation, _ => Task.FromResult<VirtualMachine?>(null));
    }

    public async Task<IReadOnlyList<QuarantinedMachine>> ListQuarantinedAsync(QuarantineQuery? query = null, CancellationToken cancellationToken = default)
    {
        await AllowAsync(Actions.MachinesListQuarantined, cancellationToken).ConfigureAwait(false);
        return await services.Quarantine.ListAsync(Caller, query?.Node, cancellationToken).ConfigureAwait(false);
    }

    public async Task<VirtualMachine> AdoptAsync(Guid id, AdoptOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Access.FindAsync(Caller, Actions.MachinesAdopt, Table, id, options, cancellationToken).ConfigureAwait(false);
        if (options?.Name is { } name && WhatIsWrongWithName(name) is { } rule)
            QueryValidation.Throw("The options are not valid", [QueryValidation.Problem("/name", $"'{Names.Show(name)}' is not a name.", rule)]);
        return await services.Quarantine.AdoptAsync(Caller, id, options?.Name, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OperationHandle<QuarantinedMachine?>> PurgeAsync(
        Guid id, PurgeOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Access.FindAsync(Caller, Actions.MachinesPurge, Table, id, null, cancellationToken).ConfigureAwait(false);
        var operation = await services.Quarantine.PurgeAsync(Caller, id, options, cancellationToken).ConfigureAwait(false);
        return services.Queue.CreateHandle(operation, _ => Task.FromResult<QuarantinedMachine?>(null));
    }

    protected override bool Fits(MachineQuery query, MachineDocument document) =>
        (query.Phase is null || query.Phase == document.Phase) && (query.Node is null || query.Node == document.NodeId);

    protected override bool LooksAtStatus(MachineQuery query) => query.PowerState is not null;

    protected override bool Fits(MachineQuery query, VirtualMachine resource) =>
        query.PowerState is null || query.PowerState == resource.Status.PowerState;

    protected override Task<IReadOnlyList<VirtualMachine>> ShowAsync(IReadOnlyList<MachineDocument> documents, CancellationToken cancellationToken) =>
        services.Reader.ShowAsync(documents, cancellationToken);

    protected override Task<VirtualMachine> ObserveAsync(MachineDocument document, CancellationToken cancellationToken) =>
        services.Reader.ComposeAsync(document, cancellationToken);

    protected override IReadOnlyList<NodeId> StaleNodesOf(IReadOnlyList<VirtualMachine> resources) =>
        [.. resources.Where(machine => machine.Status.IsStale).Select(machine => machine.Status.Node ?? NodeId.Local).Distinct()];

    protected override IEnumerable<ResourceAction> ActionsOf(VirtualMachine resource) => MachineActions.Of(resource);

    protected override MachineDocument ChangeMore(MachineDocument document, MachineUpdate update) =>
        update.RunPolicy is not { } policy || policy == document.Spec.RunPolicy ? document
        : Enum.IsDefined(policy) ? document with { Spec = document.Spec with { RunPolicy = policy } }
        : throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"RunPolicy {policy} is not known.", "Use Manual, Always or OnFailure.", nameof(MachineUpdate.RunPolicy));

    private MachineWish Wish(MachineDocument there, MachineUpdate update, UpdateOptions? options)
    {
        var marked = Change(there, update, options);
        return new MachineWish(marked, UpdatedSpec.Of(marked.Spec, update));
    }

    private async Task<OperationHandle<VirtualMachine>> ChangeDiscAsync(
        string action, ResourceReference machine, Guid? image, string? drive, ResourceOperationOptions? options, CancellationToken cancellationToken)
    {
        var (id, _) = await GetAllowedAsync(action, machine, image, cancellationToken).ConfigureAwait(false);
        var operation = await services.Updating.SubmitAsync(
            Caller, id, new MachineDiscRequest { Image = image, Drive = drive }, options, options?.ExpectedGeneration,
            there => new MachineWish(there, DiscChange.Of(there, drive, image)), cancellationToken).ConfigureAwait(false);
        return Handle(operation);
    }

    private async Task<OperationHandle<VirtualMachine>> SubmitAsync(
        string action, string kind, ResourceReference machine, ResourceOperationOptions? options, CancellationToken cancellationToken)
    {
        var (id, _) = await GetAllowedAsync(action, machine, null, cancellationToken).ConfigureAwait(false);
        return Handle(await services.Power.SubmitAsync(kind, Caller, id, options, cancellationToken).ConfigureAwait(false));
    }

    private OperationHandle<VirtualMachine> Handle(Operation operation) => services.Queue.CreateHandle(
        operation, token => services.Reader.GetAsync(operation.ResourceId, Caller.Project, token));

    private async Task<(Guid Id, string Project)> GetAllowedAsync(string action, ResourceReference machine, object? request, CancellationToken cancellationToken)
    {
        var stored = await Access.FindAsync(Caller, action, Table, machine, action != Actions.MachinesGet, [], request, cancellationToken).ConfigureAwait(false);
        var document = (stored ?? throw Table.NotFound(machine)).Value;
        return (document.Id, document.Project);
    }

    private Task AllowAsync(string action, CancellationToken cancellationToken) =>
        Access.EnsureAllowedAsync(Caller, action, Core.Access.Target(Table.Kind, Caller), null, cancellationToken);

    private Task AllowCreationAsync(MachineSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Access.EnsureAllowedAsync(
            Caller, Actions.MachinesCreate, Core.Access.Target(Table.Kind, Caller, spec.Name), spec, cancellationToken);
    }
}
