using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Guests;
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
internal sealed class LibvirtHypervisor : IHypervisor
{
    private readonly LibvirtLink _link;
    private readonly NodeAccelerator _accelerator;
    private readonly MachineDirectory _directory;
    private readonly MachineDefiner _definer;
    private readonly MachinePower _power;
    private readonly MachineRemoval _removal;
    private readonly MachineConsoles _consoles;
    private readonly MachineWatch _watch;
    private readonly HypervisorSummary _summary;
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
        var secrets = new CephSecrets(context, _link);
        var agent = new QemuGuestAgent(context, options, _link, _directory);
        _removal = new MachineRemoval(context, _link, _directory, secrets);
        _definer = new MachineDefiner(context, options, _link, daemon, _accelerator, _directory, secrets);
        _power = new MachinePower(context, options, _link, _directory, agent, new MachineAttachments(context, _link, _directory, secrets));
        _consoles = new MachineConsoles(context, _link, _directory);
        _watch = new MachineWatch(context, _link, _directory);
        _summary = new HypervisorSummary(_link, options, _accelerator);
        _capabilities = [agent, new SerialLogReader(context), new LibvirtPrerequisites(context, _link, options, daemon, _accelerator)];
    }

    public static LibvirtHypervisor Open(ProviderContext context, LibvirtOptions options) => new(context, options);

    public T? GetCapability<T>() where T : class => _capabilities.OfType<T>().FirstOrDefault();

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => _summary.CheckHealthAsync(cancellationToken);

    public Task<HypervisorDescription> DescribeAsync(CancellationToken cancellationToken = default) => _summary.DescribeAsync(cancellationToken);

    public async Task<MachineObservation> EnsureDefinedAsync(MachineDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using IDisposable entered = await _gates.EnterAsync(definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        return await _definer.EnsureAsync(definition, cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(MachineDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using IDisposable entered = await _gates.EnterAsync(definition.Ownership.ResourceId, cancellationToken).ConfigureAwait(false);
        await _power.StartAsync(definition, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(Guid machineId, StopMode mode, CancellationToken cancellationToken = default) => _power.StopAsync(machineId, mode, cancellationToken);

    public async Task DeleteAsync(Guid machineId, CancellationToken cancellationToken = default)
    {
        using IDisposable entered = await _gates.EnterAsync(machineId, cancellationToken).ConfigureAwait(false);
        await _removal.RemoveAsync(machineId, cancellationToken).ConfigureAwait(false);
        HypervisorLog.Deleted(_logger, machineId);
    }

    public async Task<MachineObservation?> ObserveAsync(Guid machineId, CancellationToken cancellationToken = default)
    {
        OwnedDomain? owned = await _directory.FindAsync(machineId, cancellationToken).ConfigureAwait(false);
        return owned is null ? null : await _directory.ObserveAsync(owned.Domain, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<MachineObservation> ListAsync(CancellationToken cancellationToken = default) => _directory.ListAsync(cancellationToken);

    public IAsyncEnumerable<HypervisorEvent> WatchAsync(CancellationToken cancellationToken = default) => _watch.FollowAsync(cancellationToken);

    public Task<ConsoleEndpoint> GetConsoleAsync(Guid machineId, ConsoleKind kind, CancellationToken cancellationToken = default) =>
        _consoles.GetAsync(machineId, kind, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _accelerator.Dispose();
    }
}
