using System.Collections.Concurrent;
using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// Keeps machines as their records want them: starts those whose run policy says so, lets those go on that a full disk held, and removes what is left of machines that were deleted.
/// What carries this installation's mark and has no record is left alone, and so is what does not carry it; no change made by hand is
/// overwritten. Each hypervisor has a loop of its own, with a deadline for each look at all its machines: none waits for another's.
/// </summary>
internal sealed partial class MachineReconciler(
    IStateStore state,
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    MachineObserver observer,
    MachinePower power,
    ProviderInstances providers,
    TimeProvider timeProvider,
    ILogger<MachineReconciler> logger) : IEngineService
{
    private static readonly TimeSpan ResyncLimit = TimeSpan.FromMinutes(5);

    // Outlives a failed run: a machine that goes off at once must not be started without a pause because the following broke.
    private readonly RestartBackoff _backoff = new(timeProvider);

    private readonly RepeatedFailures _failures = new(timeProvider);

    // Said once.
    private readonly ConcurrentDictionary<Guid, bool> _quarantined = new();

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var restarts = new MachineRestarts(machines, providers, power, _backoff, timeProvider, logger);
        await using var _ = restarts.ConfigureAwait(false);
        var era = await NewEra.BeginAsync(state, machines, providers, fence, logger, cancellationToken).ConfigureAwait(false);
        await new InstanceLoops(providers, timeProvider, logger)
            .RunAsync<IHypervisor>(nameof(IHypervisor.ListAsync), (instance, token) => KeepAsync(instance, restarts, era, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepAsync(ProviderInstanceInfo instance, MachineRestarts restarts, NewEra era, CancellationToken cancellationToken)
    {
        await foreach (var change in observer.ListenAsync(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false))
        {
            if (change.Kind is HypervisorEventKind.Resync or HypervisorEventKind.Unknown)
                await TryResyncAsync(instance, restarts, era, cancellationToken).ConfigureAwait(false);
            else if (change is { Kind: HypervisorEventKind.Changed, MachineId: { } id, PowerState: PowerState.Stopped or PowerState.Crashed or PowerState.Paused } && !era.IsUnknown(instance))
                restarts.Tell(id, change.PowerState);
            else if (change is { Kind: HypervisorEventKind.Removed, MachineId: { } gone })
                _backoff.Forget(gone);
        }
    }

    private async Task TryResyncAsync(ProviderInstanceInfo instance, MachineRestarts restarts, NewEra era, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ResyncLimit, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await ResyncAsync(instance, restarts, era, linked.Token).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception)
        {
            var (level, trace, reason) = _failures.Judge(instance.Key, exception);
            LogFailed(logger, level, trace, reason, instance.Name);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var (level, trace, reason) = _failures.Judge(instance.Key, exception);
            LogFailed(logger, level, trace, reason, instance.Name);
        }
    }

    private async Task ResyncAsync(ProviderInstanceInfo instance, MachineRestarts restarts, NewEra era, CancellationToken cancellationToken)
    {
        if (providers.CountLate(instance, nameof(IHypervisor.ListAsync)) >= InstanceLoops.MaxLate) return;
        var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
        Dictionary<Guid, MachineObservation> seen = [];
        await foreach (var observation in hypervisor.ListAsync(new ListMachinesRequest(), cancellationToken).ConfigureAwait(false))
        {
            if (observation.MachineId is { } machineId) seen[machineId] = observation;
        }

        if (era.IsUnknown(instance)) await era.RaiseAsync(instance, seen, cancellationToken).ConfigureAwait(false);
        foreach (var (id, observation) in seen)
        {
            if (!await machines.ExistsAsync(id, cancellationToken).ConfigureAwait(false))
                await JudgeUnknownAsync(hypervisor, id, observation.HypervisorName, cancellationToken).ConfigureAwait(false);
            else if (observation is { PowerState: PowerState.Stopped or PowerState.Crashed } or { PowerState: PowerState.Paused, PauseCause: PauseCause.NoSpace })
                restarts.Tell(id, observation.PowerState);
        }
    }

    // The state may be an older backup than the machine: only what was deleted on purpose goes, everything else waits for a person.
    private async Task JudgeUnknownAsync(IHypervisor hypervisor, Guid id, string hypervisorName, CancellationToken cancellationToken)
    {
        if (await records.WasDeletedAsync(id, cancellationToken).ConfigureAwait(false))
        {
            LogLeftOver(logger, id, hypervisorName);
            await hypervisor.DeleteAsync(new DeleteMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = id }, cancellationToken).ConfigureAwait(false);
        }
        else if (_quarantined.TryAdd(id, true))
        {
            LogQuarantined(logger, id, hypervisorName);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Removing {HypervisorName}: machine {MachineId} was deleted")]
    private static partial void LogLeftOver(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(2, LogLevel.Warning, "{HypervisorName} carries this installation's mark, but machine {MachineId} has no record: it is left alone; the doctor says how to adopt or purge it")]
    private static partial void LogQuarantined(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(EventId = 3, Message = "Reconciling the machines of hypervisor {Instance} failed; the next resync tries again: {Reason}")]
    private static partial void LogFailed(ILogger logger, LogLevel level, Exception? exception, string reason, string instance);
}
