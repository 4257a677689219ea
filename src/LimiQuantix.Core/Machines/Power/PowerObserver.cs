using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Looks how a machine is, and keeps with an operation how it was before it.</summary>
internal sealed class PowerObserver(ResourceTable<MachineDocument> machines, ProviderInstances providers, EngineRetry retry)
{
    /// <summary>The operation's machine; <see langword="null"/> when it is being made or deleted, or is gone, and the operation was cancelled.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: it is so, and the operation was not cancelled.</exception>
    public async Task<MachineDocument?> ReadyAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var id = context.Operation.ResourceId;
        if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Value: { Phase: MachinePhase.Ready } machine }) return machine;
        // Cancelled or not, its wish goes with the machine.
        if (context.IsCancelRequested) return null;
        throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is being made or deleted, or is gone.", target: id.ToString());
    }

    /// <summary>Its power now.</summary>
    public async Task<PowerState> PowerAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var seen = (await retry.RunAsync(
            token => hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = machine.Id }, token), cancellationToken).ConfigureAwait(false)).Machine;
        return seen?.PowerState ?? PowerState.Absent;
    }

    /// <summary>Notes how it is, unless an earlier attempt has.</summary>
    public async Task<MachineBefore> NoteAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var before = context.GetData<MachineBefore>() ?? MachineBefore.Of(machine);
        // An earlier version noted less.
        if (before.Was is not null || before.WasOn is not null) return before;
        var was = await PowerAsync(machine, cancellationToken).ConfigureAwait(false);
        before = before with { Was = was, WasOn = was is not (PowerState.Stopped or PowerState.Crashed or PowerState.Absent) };
        await context.SaveDataAsync(before, cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>Notes that what cannot be done twice is done.</summary>
    public static Task NoteHalfDoneAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken) =>
        context.SaveDataAsync((context.GetData<MachineBefore>() ?? MachineBefore.Of(machine)) with { IsHalfDone = true }, cancellationToken);
}
