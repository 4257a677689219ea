using LimiQuantix.Consoles;
using LimiQuantix.Hypervisor.Libvirt.Accelerators;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Consoles;
using LimiQuantix.Hypervisor.Libvirt.Diagnostics;
using LimiQuantix.Hypervisor.Libvirt.Guests;
using LimiQuantix.Hypervisor.Libvirt.Lifecycle;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>One node's machines on libvirt and QEMU. Opening it connects to nothing.</summary>
internal sealed class LibvirtHypervisor : IHypervisor, ISupportsMediaChange
{
    private readonly LibvirtLink _link;
    private readonly NodeAccelerator _accelerator;
    private readonly MachineDirectory _directory;
    private readonly MachineDefiner _definer;
    private readonly MachinePower _power;
    private readonly MachineHold _hold;
    private readonly MachineMedia _media;
    private readonly MachineRemoval _removal;
    private readonly MachineConsoles _consoles;
    private readonly MachineWatch _watch;
    private readonly HypervisorSummary _summary;
    private readonly MachineFence _fence;
    private readonly MachineGates _gates = new();
    private readonly object[] _capabilities;
    private readonly ILogger _logger;

    private LibvirtHypervisor(ProviderContext context, LibvirtOptions options)
    {
        _logger = HypervisorLog.For(context);
        DaemonUri daemon = DaemonUri.Resolve(context, options, Environment.GetEnvironmentVariable);
        _link = new LibvirtLink(context, options, daemon);
        _accelerator = new NodeAccelerator(context, options);
        _directory = new MachineDirectory(context, _link);
        _fence = new MachineFence(context, _link, _directory);
        var secrets = new CephSecrets(context, _link);
        var agent = new AgentCommands(_link, _directory);
        _removal = new MachineRemoval(context, _link, _directory, secrets);
        _definer = new MachineDefiner(context, options, _link, daemon, _accelerator, _directory, secrets);
        _power = new MachinePower(context, options, _link, _directory, agent, new MachineAttachments(context, _link, _directory, secrets), _definer);
        _media = new MachineMedia(context, _link, _directory, secrets);
        _hold = new MachineHold(context, _link, _directory);
        _consoles = new MachineConsoles(context, _link, _directory);
        _watch = new MachineWatch(context, _link, _directory);
        _summary = new HypervisorSummary(_link, options, _accelerator);
        _capabilities =
        [
            this, _summary, new MachineChannels(context, _link, _directory, agent), new SerialLogReader(context),
            new LibvirtPrerequisites(context, _link, options, daemon, _accelerator),
        ];
    }

    public static LibvirtHypervisor Open(ProviderContext context, LibvirtOptions options) => new(context, options);

    public T? GetCapability<T>() where T : class => _capabilities.OfType<T>().FirstOrDefault();

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => _summary.CheckHealthAsync(cancellationToken);

    public Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default) =>
        _summary.DescribeAsync(cancellationToken);

    public async Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        AdmittedCall call = await _fence.AdmitAsync(request.Call, request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        return await _definer.EnsureAsync(request.Definition, call, cancellationToken).ConfigureAwait(false);
    }

    public async Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        AdmittedCall call = await _fence.AdmitAsync(request.Call, request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        return await _definer.UpdateAsync(request.Definition, call, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        AdmittedCall call = await _fence.AdmitAsync(request.Call, request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        await _media.ChangeAsync(request.Definition, request.DiskId, call, cancellationToken).ConfigureAwait(false);
        return new ChangeMediaResult();
    }

    public async Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        AdmittedCall call = await _fence.AdmitAsync(request.Call, request.Definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        await _power.StartAsync(request.Definition, call, cancellationToken).ConfigureAwait(false);
        return new StartMachineResult();
    }

    public async Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _fence.AdmitAsync(request.Call, request.MachineId, cancellationToken).ConfigureAwait(false);
        await _power.StopAsync(request.MachineId, request.Mode, cancellationToken).ConfigureAwait(false);
        return new StopMachineResult();
    }

    public async Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        await _fence.AdmitAsync(request.Call, request.MachineId, cancellationToken).ConfigureAwait(false);
        await _hold.ResetAsync(request.MachineId, request.Call.OperationId, cancellationToken).ConfigureAwait(false);
        return new ResetMachineResult();
    }

    public async Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _fence.AdmitAsync(request.Call, request.MachineId, cancellationToken).ConfigureAwait(false);
        await _hold.PauseAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        return new PauseMachineResult();
    }

    public async Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _fence.AdmitAsync(request.Call, request.MachineId, cancellationToken).ConfigureAwait(false);
        await _hold.ResumeAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        return new ResumeMachineResult();
    }

    public async Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using IDisposable entered = await _gates.EnterAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        await _fence.AdmitAsync(request.Call, request.MachineId, cancellationToken).ConfigureAwait(false);
        await _removal.RemoveAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        HypervisorLog.Deleted(_logger, request.MachineId);
        return new DeleteMachineResult();
    }

    public async Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        OwnedDomain? owned = await _directory.FindAsync(request.MachineId, cancellationToken).ConfigureAwait(false);
        return new ObserveMachineResult { Machine = owned is null ? null : await _directory.ObserveAsync(owned.Domain, cancellationToken).ConfigureAwait(false) };
    }

    public IAsyncEnumerable<MachineObservation> ListAsync(ListMachinesRequest request, CancellationToken cancellationToken = default) =>
        _directory.ListAsync(cancellationToken);

    public IAsyncEnumerable<HypervisorEvent> WatchAsync(WatchMachinesRequest request, CancellationToken cancellationToken = default) =>
        _watch.FollowAsync(cancellationToken);

    public Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _consoles.GetAsync(request.MachineId, request.Kind, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _accelerator.Dispose();
    }
}
