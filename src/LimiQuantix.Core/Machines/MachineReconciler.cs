using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Plugins;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines;

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
    private static readonly Caller Engine = new() { Name = "engine" };
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, (int Restarts, DateTimeOffset Last)> _restarts = [];

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var change in observer.ListenAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (change.Kind is HypervisorEventKind.Resync or HypervisorEventKind.Unknown) await ResyncAsync(cancellationToken).ConfigureAwait(false);
                else if (change is { Kind: HypervisorEventKind.Changed, MachineId: { } id, PowerState: PowerState.Stopped or PowerState.Crashed })
                    await ApplyPolicyAsync(id, change.PowerState, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception)
            {
                LogFailed(logger, exception, change.MachineId);
            }
        }
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        foreach (var instance in providers.All<IHypervisor>())
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, cancellationToken).ConfigureAwait(false);
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
                    await ApplyPolicyAsync(id, observation.PowerState, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task ApplyPolicyAsync(Guid id, PowerState state, CancellationToken cancellationToken)
    {
        if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { Value: { Phase: MachinePhase.Ready, ShouldRun: true } machine } stored) return;
        var isWanted = machine.Spec.RunPolicy == RunPolicy.Always || (machine.Spec.RunPolicy == RunPolicy.OnFailure && state == PowerState.Crashed);
        if (!isWanted) return;
        if (PauseBefore(id) is { } pause)
        {
            LogPause(logger, machine.Name, id, pause);
            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }

        LogRestart(logger, machine.Name, id, machine.Spec.RunPolicy);
        await power.StartAsync(Engine with { Project = machine.Project }, stored, null, cancellationToken).ConfigureAwait(false);
    }

    // A machine that goes off at once is started ever more slowly, not in a circle.
    private TimeSpan? PauseBefore(Guid id)
    {
        var now = timeProvider.GetUtcNow();
        var (restarts, last) = _restarts.GetValueOrDefault(id);
        if (now - last > LongestPause * 2) restarts = 0;
        _restarts[id] = (restarts + 1, now);
        if (restarts == 0) return null;
        var pause = FirstPause * Math.Pow(2, Math.Min(restarts - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing domain {HypervisorName}: it carries this installation's id, but machine {MachineId} has no record")]
    private static partial void LogOrphan(ILogger logger, Guid machineId, string hypervisorName);

    [LoggerMessage(Level = LogLevel.Information, Message = "Starting machine {Name} ({MachineId}) again: its run policy is {Policy}")]
    private static partial void LogRestart(ILogger logger, string name, Guid machineId, RunPolicy policy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Machine {Name} ({MachineId}) goes off again and again; the next start waits {Pause}")]
    private static partial void LogPause(ILogger logger, string name, Guid machineId, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reconciling machine {MachineId} failed; the next event or resync tries again")]
    private static partial void LogFailed(ILogger logger, Exception exception, Guid? machineId);
}
