using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines;

/// <summary>Keeps together what is stored of a machine: its record, its volumes', its MAC addresses, what it reserved, and that it was deleted.</summary>
internal sealed class MachineRecords(
    IStateStore state, ResourceTable<MachineDocument> machines, ResourceTable<VolumeDocument> volumes, VolumeLocks locks, Reservations reservations, TimeProvider timeProvider)
{
    private const int MaxAttempts = 32;

    /// <summary>The beginning of the keys that say which machines were deleted.</summary>
    public const string TombstonePrefix = "tombstones/machines/";

    /// <summary>
    /// The writes that store the intent of a new machine. They fail when another machine has its name or one of its MAC addresses, or one of the
    /// volumes that it takes over.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="marks">What is kept of volumes that are there already.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<StateWrite>> InsertAsync(
        MachineDocument machine, IReadOnlyDictionary<Guid, ProviderMark>? marks, CancellationToken cancellationToken) =>
    [
        machines.Insert(machine),
        .. await AddAsync(machine, machine.Disks, machine.Nics, marks, cancellationToken).ConfigureAwait(false),
    ];

    /// <summary>The writes that store what disks and interfaces of a machine need besides its own record.</summary>
    public async Task<IReadOnlyList<StateWrite>> AddAsync(
        MachineDocument machine, IEnumerable<MachineDiskRecord> disks, IEnumerable<MachineNicRecord> nics, IReadOnlyDictionary<Guid, ProviderMark>? marks,
        CancellationToken cancellationToken)
    {
        List<StateWrite> writes = [];
        foreach (var disk in disks)
        {
            if (disk.VolumeId is not { } volumeId) continue;
            if (!disk.IsAdopted)
            {
                writes.Add(volumes.Insert(VolumeOf(machine, disk, volumeId, marks?.GetValueOrDefault(volumeId))));
                continue;
            }

            writes.Add(await TakeAsync(machine, volumeId, cancellationToken).ConfigureAwait(false));
            // Nobody works on its bytes.
            writes.Add(await locks.RequireFreeAsync([volumeId], cancellationToken).ConfigureAwait(false));
        }

        foreach (var nic in nics)
        {
            // An interface that takes another one's place may have its address.
            if (machine.AllNics.Any(other => other.PortId != nic.PortId && other.MacAddress == nic.MacAddress)) continue;
            writes.Add(new StateWrite
            {
                Conditions = [new StateCondition { Key = KeyOfMac(nic.MacAddress), ExpectedVersion = 0 }],
                Mutations = [new StateMutation { Key = KeyOfMac(nic.MacAddress), Value = DocumentSerializer<NameEntry>.Write(new NameEntry { Id = machine.Id }) }],
            });
        }

        return writes;
    }

    /// <summary>Whether a machine of this installation has the MAC address.</summary>
    /// <param name="macAddress">The address.</param>
    /// <param name="by">A machine that may have it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> IsMacTakenAsync(string macAddress, Guid? by, CancellationToken cancellationToken) =>
        await state.GetAsync(KeyOfMac(macAddress), cancellationToken).ConfigureAwait(false) is { } entry && DocumentSerializer<NameEntry>.Read(entry).Value.Id != by;

    /// <summary>The writes that let go of disks' volumes: what stays belongs to no machine any more, of what goes the record goes.</summary>
    public async Task<IReadOnlyList<StateWrite>> RemoveVolumesAsync(
        MachineDocument machine, IEnumerable<MachineDiskRecord> disks, Func<MachineDiskRecord, bool> stays, CancellationToken cancellationToken)
    {
        List<StateWrite> writes = [];
        foreach (var disk in disks)
        {
            if (disk.VolumeId is not { } id || await volumes.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } volume) continue;
            if (!stays(disk)) writes.Add(volumes.Delete(volume));
            else if (volume.Value.MachineId == machine.Id) writes.Add(volumes.Update(volume, volume.Value with { MachineId = null }));
        }

        return writes;
    }

    /// <summary>Changes a machine and what goes with it, anew when somebody else changed something of it meanwhile; what it reserves follows.</summary>
    /// <param name="id">The machine.</param>
    /// <param name="change">Makes the new document from the stored one; may be called more than once.</param>
    /// <param name="also">What else is written.</param>
    /// <param name="fence">The engine's lease.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ChangeAsync(
        Guid id, Func<MachineDocument, MachineDocument> change, Func<MachineDocument, CancellationToken, Task<IReadOnlyList<StateWrite>>>? also, StateLease fence,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw machines.NotFound(id);
            var next = change(stored.Value);
            IReadOnlyList<StateWrite> writes =
            [
                machines.Update(stored, next),
                .. await ReserveAsync(next, cancellationToken).ConfigureAwait(false),
                .. also is null ? [] : await also(next, cancellationToken).ConfigureAwait(false),
            ];
            try
            {
                await state.CommitOrThrowAsync(StateWrite.Combine(fence, [.. writes]), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.Conflict && attempt < MaxAttempts)
            {
                // Read again and try anew.
            }
        }
    }

    /// <summary>The writes that hold what a machine reserves to what it takes now, if it has reserved something.</summary>
    public Task<IReadOnlyList<StateWrite>> ReserveAsync(MachineDocument machine, CancellationToken cancellationToken) =>
        reservations.ChangeAsync(machine.Id, MachineReservations.Of(machine), cancellationToken);

    /// <summary>The write that makes a volume's record say its size.</summary>
    public async Task<IReadOnlyList<StateWrite>> ResizeAsync(Guid volumeId, long sizeBytes, CancellationToken cancellationToken) =>
        await volumes.FindAsync(volumeId, cancellationToken).ConfigureAwait(false) is { } volume
            ? [volumes.Update(volume, volume.Value with { Spec = volume.Value.Spec with { SizeBytes = sizeBytes } })]
            : [];

    /// <summary>The write that lets go of the addresses that interfaces had and the machine has no more.</summary>
    public static StateWrite ReleaseUnused(MachineDocument machine, IEnumerable<MachineNicRecord> gone) => new()
    {
        Mutations = [.. ReleaseMacs(gone.Where(nic => machine.AllNics.All(other => other.MacAddress != nic.MacAddress)))],
    };

    /// <summary>The writes that give back what a machine reserved, if it still has it.</summary>
    public Task<IReadOnlyList<StateWrite>> GiveBackAsync(MachineDocument machine, CancellationToken cancellationToken) =>
        reservations.GiveBackAsync(machine.Id, cancellationToken);

    /// <summary>The mutations that let go of interfaces' MAC addresses.</summary>
    public static IEnumerable<StateMutation> ReleaseMacs(IEnumerable<MachineNicRecord> nics) =>
        nics.Select(nic => KeyOfMac(nic.MacAddress)).Distinct().Select(key => new StateMutation { Key = key });

    /// <summary>The writes that remove everything of a machine that is no more, and remember that it was deleted.</summary>
    public async Task<IReadOnlyList<StateWrite>> RemoveAsync(Stored<MachineDocument> machine, CancellationToken cancellationToken) =>
    [
        machines.Delete(machine),
        .. await RemoveVolumesAsync(machine.Value, machine.Value.AllDisks, disk => disk.IsAdopted, cancellationToken).ConfigureAwait(false),
        .. await GiveBackAsync(machine.Value, cancellationToken).ConfigureAwait(false),
        new StateWrite { Mutations = [.. ReleaseMacs(machine.Value.AllNics), PutTombstone(machine.Value.Id)] },
    ];

    /// <summary>Whether this machine was deleted on purpose, so that what is left of it may go.</summary>
    public async Task<bool> WasDeletedAsync(Guid id, CancellationToken cancellationToken) =>
        await state.GetAsync(KeyOfTombstone(id), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The mutation that remembers a deletion.</summary>
    public StateMutation PutTombstone(Guid id) => new()
    {
        Key = KeyOfTombstone(id),
        Value = DocumentSerializer<Tombstone>.Write(new Tombstone { DeletedAt = timeProvider.GetUtcNow() }),
    };

    private async Task<StateWrite> TakeAsync(MachineDocument machine, Guid volumeId, CancellationToken cancellationToken)
    {
        var volume = await volumes.GetAsync(volumeId, machine.Project, cancellationToken).ConfigureAwait(false);
        if (volume.Value.MachineId is { } other && other != machine.Id)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The volume '{volume.Value.Name}' belongs to machine {other}.", "Remove it there first.", volumeId.ToString());
        }

        return volumes.Update(volume, volume.Value with { MachineId = machine.Id });
    }

    private static VolumeDocument VolumeOf(MachineDocument machine, MachineDiskRecord disk, Guid volumeId, ProviderMark? mark) => new()
    {
        Id = volumeId,
        Project = machine.Project,
        Name = volumeId.ToString(),
        Creator = machine.Creator,
        Sharing = machine.Sharing,
        Spec = new VolumeSpec { Pool = disk.Pool, SizeBytes = disk.SizeBytes, ImageId = disk.ImageId },
        MachineId = machine.Id,
        Node = machine.Node,
        OwnerEpoch = Math.Max(1, mark?.OwnerEpoch ?? 1),
        Generation = Math.Max(1, mark?.Generation ?? 1),
        CreatedAt = machine.CreatedAt,
    };

    private static string KeyOfMac(string macAddress) => $"macs/{macAddress.Replace(':', '-')}";

    private static string KeyOfTombstone(Guid id) => TombstonePrefix + id.ToString("D");
}

/// <summary>That something was deleted on purpose. Kept as long as ended operations are.</summary>
internal sealed record Tombstone
{
    public required DateTimeOffset DeletedAt { get; init; }
}
