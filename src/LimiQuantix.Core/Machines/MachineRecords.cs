using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines;

/// <summary>Keeps together what is stored of a machine: its record, its root volume's, its MAC address, and that it was deleted.</summary>
internal sealed class MachineRecords(IStateStore state, ResourceTable<MachineDocument> machines, ResourceTable<VolumeDocument> volumes, Reservations reservations, TimeProvider timeProvider)
{
    /// <summary>The beginning of the keys that say which machines were deleted.</summary>
    public const string TombstonePrefix = "tombstones/machines/";

    /// <summary>The writes that store the intent of a new machine. They fail when another machine has its name or MAC address.</summary>
    public IReadOnlyList<StateWrite> Insert(MachineDocument machine) =>
    [
        machines.Insert(machine),
        volumes.Insert(VolumeOf(machine)),
        new StateWrite
        {
            Conditions = [new StateCondition { Key = KeyOfMac(machine.MacAddress), ExpectedVersion = 0 }],
            Mutations = [new StateMutation { Key = KeyOfMac(machine.MacAddress), Value = DocumentSerializer<NameEntry>.Write(new NameEntry { Id = machine.Id }) }],
        },
    ];

    /// <summary>Whether a machine of this installation has the MAC address.</summary>
    public async Task<bool> IsMacTakenAsync(string macAddress, CancellationToken cancellationToken) =>
        await state.GetAsync(KeyOfMac(macAddress), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The writes that remove a machine's volume from the records, if it is there, and give back what the machine reserved.</summary>
    public async Task<IReadOnlyList<StateWrite>> RemoveVolumeAsync(MachineDocument machine, CancellationToken cancellationToken) =>
    [
        .. await volumes.FindAsync(machine.VolumeId, cancellationToken).ConfigureAwait(false) is { } volume ? new[] { volumes.Delete(volume) } : [],
        .. await reservations.GiveBackAsync(machine.Id, cancellationToken).ConfigureAwait(false),
    ];

    /// <summary>The writes that remove everything of a machine that is no more, and remember that it was deleted.</summary>
    public async Task<IReadOnlyList<StateWrite>> RemoveAsync(Stored<MachineDocument> machine, CancellationToken cancellationToken) =>
    [
        machines.Delete(machine),
        .. await RemoveVolumeAsync(machine.Value, cancellationToken).ConfigureAwait(false),
        new StateWrite { Mutations = [new StateMutation { Key = KeyOfMac(machine.Value.MacAddress) }, PutTombstone(machine.Value.Id)] },
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

    private static VolumeDocument VolumeOf(MachineDocument machine) => new()
    {
        Id = machine.VolumeId,
        Project = machine.Project,
        Name = machine.VolumeId.ToString(),
        Creator = machine.Creator,
        Sharing = machine.Sharing,
        Spec = new VolumeSpec { Pool = machine.Pool, SizeBytes = machine.Spec.DiskSizeBytes, ImageId = machine.Spec.ImageId },
        MachineId = machine.Id,
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
