using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Waiting;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>
/// Lets a machine go off. Gracefully means pressing the power button, again every few seconds, because a guest that is still booting
/// misses the first; a guest that does not go off in time is an error and is left running. When somebody wishes its power cut meanwhile, or its deletion, it is cut at once.
/// </summary>
internal sealed class MachineShutdown(ResourceTable<MachineDocument> machines, ProviderInstances providers, MachineTeardown teardown, EngineRetry retry, LimiQuantixOptions options, TimeProvider timeProvider)
{
    private static readonly TimeSpan PressAgain = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <param name="machine">The machine.</param>
    /// <param name="mode">How.</param>
    /// <param name="powerCuts">How many wishes that its power be cut the operation knew of.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RunAsync(MachineDocument machine, StopMode mode, long? powerCuts, CancellationToken cancellationToken)
    {
        if (mode == StopMode.Force)
        {
            await teardown.CutPowerAsync(machine.Hypervisor, machine.NodeId, machine.Id, cancellationToken).ConfigureAwait(false);
            return;
        }

        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await StopGracefullyAsync(hypervisor, machine, powerCuts ?? machine.PowerCuts, cancellationToken).ConfigureAwait(false);
    }

    private async Task StopGracefullyAsync(IHypervisor hypervisor, MachineDocument machine, long powerCuts, CancellationToken cancellationToken)
    {
        var timeout = MachineDeadlines.Scale(options.StopTimeout, machine.Accelerator);
        var begin = timeProvider.GetTimestamp();
        long? pressed = null;
        while (true)
        {
            var observation = (await retry.RunAsync(
                token => hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false)).Machine;
            if (observation is null or { PowerState: PowerState.Stopped or PowerState.Crashed }) return;
            var wanted = (await machines.FindAsync(machine.Id, cancellationToken).ConfigureAwait(false))?.Value;
            if (wanted is null or { Phase: MachinePhase.Deleting } || wanted.PowerCuts > powerCuts)
            {
                await teardown.CutPowerAsync(machine.Hypervisor, machine.NodeId, machine.Id, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (timeProvider.GetElapsedTime(begin) > timeout)
            {
                var how = observation.PowerState == PowerState.Paused ? $"is paused. {MachineView.ReasonOf(observation)}" : "runs on.";
                throw new LimiQuantixException(
                    ErrorCodes.Timeout, $"The guest did not shut down in {timeout.TotalSeconds:0} s and {how}",
                    "Stop it with StopMode.Force, or raise LimiQuantixOptions.StopTimeout.", machine.Name);
            }

            if (pressed is null || timeProvider.GetElapsedTime(pressed.Value) > PressAgain)
            {
                await retry.RunAsync(token => hypervisor.StopAsync(NewRequest(machine.Id), token), cancellationToken).ConfigureAwait(false);
                pressed = timeProvider.GetTimestamp();
            }

            await Task.Delay(Poll, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static StopMachineRequest NewRequest(Guid machineId) =>
        new() { Call = ProviderCallScope.NewCall(), MachineId = machineId, Mode = StopMode.Graceful };
}
