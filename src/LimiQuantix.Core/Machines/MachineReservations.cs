using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.State;

namespace LimiQuantix.Core.Machines;

/// <summary>
/// What machines reserve. Machines of an earlier version, and those of a state that was restored, have reserved nothing: the leader does it for them.
/// </summary>
internal sealed class MachineReservations(IStateStore state, ResourceTable<MachineDocument> machines, Reservations reservations) : IEngineService
{
    private const int MaxAttempts = 8;

    /// <summary>What a machine takes from the moment that its intent is stored.</summary>
    public static ResourceAmounts Of(MachineDocument machine) => new()
    {
        Machines = 1,
        // While a change waits for the power to be off, what is there and what is wanted count, whichever is more.
        Cpus = Math.Max(machine.Spec.Cpu.Count, machine.Applied?.Cpu.Count ?? 0),
        MemoryBytes = Math.Max(machine.Spec.Memory.SizeBytes, machine.Applied?.Memory.SizeBytes ?? 0),
        DiskBytes = machine.Disks.Concat(machine.Applied?.Disks ?? []).Concat(machine.LeavingDisks.Where(disk => !disk.IsAdopted))
            .Where(disk => disk.VolumeId is not null).GroupBy(disk => disk.VolumeId).Sum(same => same.Max(disk => disk.SizeBytes)),
        Addresses = machine.AllNics.Count,
    };

    /// <summary>The write that reserves for a machine that exists already, beyond any quota.</summary>
    public async Task<StateWrite> TakeAsync(MachineDocument machine, CancellationToken cancellationToken) => Reservations.Take(
        await reservations.ReadAsync(machine.Project, cancellationToken).ConfigureAwait(false), machine.Project, machine.Id, Of(machine), quota: null);

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        foreach (var machine in await machines.ListAsync(project: null, cancellationToken).ConfigureAwait(false))
        {
            for (var attempt = 1; attempt <= MaxAttempts; attempt++)
            {
                // What failed has given back what it took, unless something of it is left.
                if (await machines.FindAsync(machine.Id, cancellationToken).ConfigureAwait(false) is not { Value.Phase: not MachinePhase.Failed } stored) break;
                if (await reservations.ExistsAsync(machine.Id, cancellationToken).ConfigureAwait(false)) break;
                var write = await TakeAsync(stored.Value, cancellationToken).ConfigureAwait(false);
                var commit = await state.CommitPatientlyAsync(StateWrite.Combine(fence, machines.Require(stored), write), cancellationToken).ConfigureAwait(false);
                if (commit.IsCommitted || commit.IsFenced) break;
            }
        }
    }
}
