using LimiQuantix.Consoles;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Features;

namespace LimiQuantix.Providers.Guards;

/// <summary>A hypervisor, guarded.</summary>
internal sealed class GuardedHypervisor(IHypervisor inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IHypervisor
{
    public Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default) =>
        Guard.ProbeAsync(token => inner.DescribeAsync(request, token), cancellationToken);

    public async Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.EnsureDefinedAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.UpdateAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public async Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default)
    {
        await PassAsync(request?.Definition is { } definition ? RequiredFeatures.Of(definition) : [], cancellationToken).ConfigureAwait(false);
        return await Guard.MutateAsync(token => inner.StartAsync(request!, token), cancellationToken).ConfigureAwait(false);
    }

    public Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.StopAsync(request, token), cancellationToken);

    public Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.ResetAsync(request, token), cancellationToken);

    public Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.PauseAsync(request, token), cancellationToken);

    public Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.ResumeAsync(request, token), cancellationToken);

    public Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.MutateAsync(token => inner.DeleteAsync(request, token), cancellationToken);

    public Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.ObserveAsync(request, token), cancellationToken);

    public IAsyncEnumerable<MachineObservation> ListAsync(ListMachinesRequest request, CancellationToken cancellationToken = default) =>
        Guard.List(token => inner.ListAsync(request, token), cancellationToken);

    public IAsyncEnumerable<HypervisorEvent> WatchAsync(WatchMachinesRequest request, CancellationToken cancellationToken = default) =>
        Guard.Watch(token => inner.WatchAsync(request, token), beginsAtOnce: true, cancellationToken);

    public Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.GetConsoleAsync(request, token), cancellationToken);
}
