using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// What the leader does first in a new era of the state, which may be an older backup: it asks each hypervisor what runs, and takes that for
/// what is wanted. Until a hypervisor has answered, none of its machines is started for a policy's sake.
/// </summary>
internal sealed partial class NewEra
{
    private readonly IStateStore _state;
    private readonly ResourceTable<MachineDocument> _machines;
    private readonly StateLease _fence;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly HashSet<(string, NodeId?)> _unasked;

    private NewEra(IStateStore state, ResourceTable<MachineDocument> machines, StateLease fence, ILogger logger, IEnumerable<(string, NodeId?)> hypervisors)
    {
        (_state, _machines, _fence, _logger, _unasked) = (state, machines, fence, logger, [.. hypervisors]);
    }

    public static async Task<NewEra> BeginAsync(
        IStateStore state, ResourceTable<MachineDocument> machines, ProviderInstances providers, StateLease fence, ILogger logger, CancellationToken cancellationToken)
    {
        var isNew = await EraNote.IsNewAsync(state, fence, cancellationToken).ConfigureAwait(false);
        if (isNew) LogBegins(logger, fence.Era);
        return new NewEra(state, machines, fence, logger, isNew ? providers.All<IHypervisor>().Select(instance => (instance.Name, instance.Node)) : []);
    }

    /// <summary>Whether this hypervisor's machines are still unknown.</summary>
    public bool IsUnknown(ProviderInstanceInfo hypervisor)
    {
        lock (_lock) return _unasked.Contains((hypervisor.Name, hypervisor.Node));
    }

    /// <summary>Brings the records of a hypervisor's machines in line with what it said.</summary>
    /// <param name="hypervisor">The instance.</param>
    /// <param name="seen">All that it has of this installation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RaiseAsync(ProviderInstanceInfo hypervisor, IReadOnlyDictionary<Guid, MachineObservation> seen, CancellationToken cancellationToken)
    {
        foreach (var machine in await _machines.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (machine.Hypervisor != hypervisor.Name || machine.NodeId != hypervisor.Node || machine.Phase != MachinePhase.Ready) continue;
            var runs = seen.GetValueOrDefault(machine.Id)?.PowerState is PowerState.Running or PowerState.Paused or PowerState.Stopping;
            if (machine.ShouldRun == runs) continue;
            LogRaised(_logger, machine.Name, machine.Id, runs);
            await _machines.UpdateAsync(
                machine.Id, current => current.Phase == MachinePhase.Ready ? current with { ShouldRun = runs } : current, _fence, cancellationToken).ConfigureAwait(false);
        }

        if (RemoveIsLast(hypervisor)) await EraNote.ConfirmAsync(_state, _fence, cancellationToken).ConfigureAwait(false);
    }

    private bool RemoveIsLast(ProviderInstanceInfo hypervisor)
    {
        lock (_lock) return _unasked.Remove((hypervisor.Name, hypervisor.Node)) && _unasked.Count == 0;
    }

    [LoggerMessage(1, LogLevel.Warning, "The state is of era {Era}: it may be an older backup. No machine is started for its run policy until its hypervisor has said what runs")]
    private static partial void LogBegins(ILogger logger, long era);

    [LoggerMessage(2, LogLevel.Information, "Machine {Name} ({MachineId}): what is wanted is now what is: {Runs}")]
    private static partial void LogRaised(ILogger logger, string name, Guid machineId, bool runs);
}
