using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// Keeps machines as their records want them: starts those whose run policy says so, and removes what is left of machines that were deleted.
/// What carries this installation's mark and has no record is left alone, and so is what does not carry it; no change made by hand is
/// overwritten.
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
    // Outlives a failed run: a machine that goes off at once must not be started without a pause because the following broke.
    private readonly RestartBackoff _backoff = new(timeProvider);

    // Said once.
    private readonly HashSet<Guid> _quarantined = [];

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var restarts = new MachineRestarts(machines, providers, power, _backoff, timeProvider, logger);
        await using var _ = restarts.ConfigureAwait(false);
        var era = await NewEra.BeginAsync(state, machines, providers, fence, logger, cancellationToken).ConfigureAwait(false);
        await foreach (var change in observer.ListenAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Kind is HypervisorEventKind.Resync or HypervisorEventKind.Unknown)
                await ResyncAsync(restarts, era, cancellationToken).ConfigureAwait(false);
            else if (era.IsOver && change is { Kind: HypervisorEventKind.Changed, MachineId: { } id, PowerState: PowerState.Stopped or PowerState.Crashed })
                restarts.Tell(id, change.PowerState);
            else if (change is { Kind: HypervisorEventKind.Removed, MachineId: { } gone })
                _backoff.Forget(gone);
        }
    }

    private async Task ResyncAsync(MachineRestarts restarts, NewEra era, CancellationToken cancellationToken)
    {
        foreach (var instance in providers.All<IHypervisor>())
        {
            try
            {
                await ResyncAsync(instance, restarts, era, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception)
            {
                LogFailed(logger, exception, instance.Name);
            }
        }
    }

    private async Task ResyncAsync(ProviderInstanceInfo instance, MachineRestarts restarts, NewEra era, CancellationToken cancellationToken)
    {
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
            else if (observation.PowerState is PowerState.Stopped or PowerState.Crashed)
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
        else if (_quarantined.Add(id))
        {
            LogQuarantined(logger, id, hypervisorName);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing {HypervisorName}: machine {MachineId} was deleted")]
    private static partial void LogLeftOver(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{HypervisorName} carries this installation's mark, but machine {MachineId} has no record: it is left alone; the doctor says how to adopt or purge it")]
    private static partial void LogQuarantined(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reconciling the machines of hypervisor {Instance} failed; the next resync tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string instance);
}
