using LimiQuantix.Consoles;
using LimiQuantix.Machines;

namespace LimiQuantix.Providers.Guards;

/// <summary>A hypervisor, guarded.</summary>
internal sealed class GuardedHypervisor(IHypervisor inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IHypervisor
{
    public Task<HypervisorDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        Guard.ProbeAsync(inner.DescribeAsync, cancellationToken);

    public Task<MachineObservation> EnsureDefinedAsync(MachineDefinition definition, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.EnsureDefinedAsync(definition, token), cancellationToken);

    public Task StartAsync(MachineDefinition definition, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.StartAsync(definition, token), cancellationToken);

    public Task StopAsync(Guid machineId, StopMode mode, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.StopAsync(machineId, mode, token), cancellationToken);

    public Task DeleteAsync(Guid machineId, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteAsync(machineId, token), cancellationToken);

    public Task<MachineObservation?> ObserveAsync(Guid machineId, CancellationToken cancellationToken = default) =>
        Guard.FindAsync(token => inner.ObserveAsync(machineId, token), cancellationToken);

    public IAsyncEnumerable<MachineObservation> ListAsync(CancellationToken cancellationToken = default) =>
        Guard.List(inner.ListAsync, cancellationToken);

    public IAsyncEnumerable<HypervisorEvent> WatchAsync(CancellationToken cancellationToken = default) =>
        Guard.Watch(inner.WatchAsync, beginsAtOnce: true, cancellationToken);

    public Task<ConsoleEndpoint> GetConsoleAsync(Guid machineId, ConsoleKind kind, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.GetConsoleAsync(machineId, kind, token), cancellationToken);
}
