using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Plugins;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// Keeps machines as their records want them: starts those whose run policy says so, and removes domains of this installation that no
/// record knows. Nothing that does not carry this installation's id is touched, and no change made by hand is overwritten.
/// </summary>
internal sealed partial class MachineReconciler(
    ResourceTable<MachineDocument> machines,
    MachineObserver observer,
    MachinePower power,
    ProviderInstances providers,
    TimeProvider timeProvider,
    ILogger<MachineReconciler> logger) : IEngineService
{
    // Outlives a failed run: a machine that goes off at once must not be started without a pause because the following broke.
    private readonly RestartBackoff _backoff = new(timeProvider);

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var restarts = new MachineRestarts(machines, providers, power, _backoff, timeProvider, logger);
        await using var _ = restarts.ConfigureAwait(false);
        await foreach (var change in observer.ListenAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Kind is HypervisorEventKind.Resync or HypervisorEventKind.Unknown)
                await ResyncAsync(restarts, cancellationToken).ConfigureAwait(false);
            else if (change is { Kind: HypervisorEventKind.Changed, MachineId: { } id, PowerState: PowerState.Stopped or PowerState.Crashed })
                restarts.Tell(id, change.PowerState);
            else if (change is { Kind: HypervisorEventKind.Removed, MachineId: { } gone })
                _backoff.Forget(gone);
        }
    }

    private async Task ResyncAsync(MachineRestarts restarts, CancellationToken cancellationToken)
    {
        foreach (var instance in providers.All<IHypervisor>())
        {
            try
            {
                await ResyncAsync(instance.Name, restarts, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception)
            {
                LogFailed(logger, exception, instance.Name);
            }
        }
    }

    private async Task ResyncAsync(string instance, MachineRestarts restarts, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(instance, cancellationToken).ConfigureAwait(false);
        await foreach (var observation in hypervisor.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (observation.MachineId is not { } id) continue;
            if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is null)
            {
                LogOrphan(logger, id, observation.HypervisorName);
                await hypervisor.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
            }
            else if (observation.PowerState is PowerState.Stopped or PowerState.Crashed)
            {
                restarts.Tell(id, observation.PowerState);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing domain {HypervisorName}: it carries this installation's id, but machine {MachineId} has no record")]
    private static partial void LogOrphan(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reconciling the machines of hypervisor {Instance} failed; the next resync tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string instance);
}
