using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Machines over HTTP.</summary>
public sealed class HttpMachines(HttpWire wire) : HttpResources<VirtualMachine, MachineQuery, MachineUpdate>(wire, nameof(ILimiQuantix.Machines)), IMachines
{
    private readonly HttpWire wire = wire;

    public Task<OperationHandle<VirtualMachine>> CreateAsync(MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(CreateAsync), [spec, options], cancellationToken);

    public Task<VirtualMachine> EnsureAsync(MachineSpec spec, EnsureOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<VirtualMachine>(Noun, nameof(EnsureAsync), [spec, options], cancellationToken);

    public Task<ResourcePlan> PlanCreateAsync(MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<ResourcePlan>(Noun, nameof(PlanCreateAsync), [spec, options], cancellationToken);

    public IAsyncEnumerable<VirtualMachine> WatchAsync(ResourceReference machine, FollowOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.FollowAsync<VirtualMachine>(Noun, nameof(WatchAsync), [machine, options], cancellationToken);

    public Task<VirtualMachine> WaitAsync(ResourceReference machine, Readiness readiness, WaitOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<VirtualMachine>(Noun, nameof(WaitAsync), [machine, readiness, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> StartAsync(ResourceReference machine, StartOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(StartAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> StopAsync(ResourceReference machine, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(StopAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> RestartAsync(ResourceReference machine, RestartOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(RestartAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> ResetAsync(ResourceReference machine, ResetOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(ResetAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> PauseAsync(ResourceReference machine, PauseOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(PauseAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> ResumeAsync(ResourceReference machine, ResumeOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(ResumeAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> RedefineAsync(ResourceReference machine, RedefineOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(RedefineAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> AttachIsoAsync(ResourceReference machine, Guid image, AttachIsoOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(AttachIsoAsync), [machine, image, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine>> EjectIsoAsync(ResourceReference machine, EjectIsoOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine>(Noun, nameof(EjectIsoAsync), [machine, options], cancellationToken);

    public Task<OperationHandle<VirtualMachine?>> DeleteAsync(ResourceReference machine, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<VirtualMachine?>(Noun, nameof(DeleteAsync), [machine, options], cancellationToken);

    public Task<IReadOnlyList<QuarantinedMachine>> ListQuarantinedAsync(QuarantineQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<QuarantinedMachine>>(Noun, nameof(ListQuarantinedAsync), [query], cancellationToken);

    public Task<VirtualMachine> AdoptAsync(Guid id, AdoptOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<VirtualMachine>(Noun, nameof(AdoptAsync), [id, options], cancellationToken);

    public Task<OperationHandle<QuarantinedMachine?>> PurgeAsync(Guid id, PurgeOptions? options = null, CancellationToken cancellationToken = default) =>
        wire.BeginAsync<QuarantinedMachine?>(Noun, nameof(PurgeAsync), [id, options], cancellationToken);
}
