using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Machines;

/// <summary>
/// A machine at rest: what is wanted, and the ids and choices that were stored before anything was made with them. What can be
/// observed is not here.
/// </summary>
internal sealed record MachineDocument : ResourceDocument
{
    private const int MaxKeptLength = 64 << 10;

    public required MachineSpec Spec { get; init; }

    public required MachinePhase Phase { get; init; }

    /// <summary>How often the machine changed the node that may run it, from 1: hypervisors refuse a lower one.</summary>
    public long OwnerEpoch { get; init; } = 1;

    public required string Node { get; init; }

    /// <summary>The hypervisor's instance name.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>The disks in the order of the spec's.</summary>
    public required IReadOnlyList<MachineDiskRecord> Disks { get; init; }

    /// <summary>The network interfaces in the order of the spec's.</summary>
    public IReadOnlyList<MachineNicRecord> Nics { get; init; } = [];

    /// <summary>What the machine has, while that is not what the spec wants: its hypervisor is told when it is off. <see langword="null"/>: it has all of it.</summary>
    public MachineShape? Applied { get; init; }

    /// <summary>Disks that neither the machine has nor the spec wants, still to be let go of; what stays then is marked as adopted.</summary>
    public IReadOnlyList<MachineDiskRecord> LeavingDisks { get; init; } = [];

    /// <summary>Network interfaces that neither the machine has nor the spec wants, still to be removed.</summary>
    public IReadOnlyList<MachineNicRecord> LeavingNics { get; init; } = [];

    /// <summary>cloud-init's instance-id: new on create, clone and rebuild only.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The user that the image's cloud-init makes.</summary>
    public string? DefaultUser { get; init; }

    public string? MachineType { get; init; }

    public string? Accelerator { get; init; }

    /// <summary>Whether the last wish was that it runs: <see cref="RunPolicy"/> acts only on such machines.</summary>
    public bool ShouldRun { get; init; }

    /// <summary>How often somebody wished its power cut: a graceful stop that is under way when one more does gives way.</summary>
    public long PowerCuts { get; init; }

    public LimiQuantixError? Error { get; init; }

    public NodeId NodeId => new(Node);

    /// <summary>The forwards of all interfaces, as they were chosen.</summary>
    [JsonIgnore]
    public IEnumerable<PortForward> Forwards => Nics.SelectMany(nic => nic.Forwards);

    /// <summary>The machine as it is: with the spec, disks and interfaces that its hypervisor was told last.</summary>
    [JsonIgnore]
    public MachineDocument AsApplied => Applied is null ? this : With(Applied) with { Applied = null };

    /// <summary>Every disk that something is stored or made of: the wanted, those that it has, and those that leave. What stays without it is marked as adopted.</summary>
    [JsonIgnore]
    public IReadOnlyList<MachineDiskRecord> AllDisks =>
        [.. MachineShape.Of(this).Leaving().Concat(Applied?.Leaving() ?? []).Concat(LeavingDisks).DistinctBy(disk => disk.VolumeId)];

    /// <summary>Every interface that something is stored or made of.</summary>
    [JsonIgnore]
    public IReadOnlyList<MachineNicRecord> AllNics => [.. Nics.Concat(Applied?.Nics ?? []).Concat(LeavingNics).DistinctBy(nic => nic.PortId)];

    /// <summary>What hypervisors are told of the machine.</summary>
    [JsonIgnore]
    public (long OwnerEpoch, long Generation) About => (OwnerEpoch, Generation);

    /// <summary>Whether a disk's volume outlives the machine.</summary>
    public bool Keeps(MachineDiskRecord disk) => disk.IsAdopted || Spec.Disks.Any(wanted => wanted.Name == disk.Name && wanted.KeepOnDelete);

    /// <summary>The machine with another shape.</summary>
    public MachineDocument With(MachineShape shape) => this with { Spec = shape.In(Spec), Disks = shape.Disks, Nics = shape.Nics };

    /// <summary>
    /// The machine, of which is stored what it has from now on. What it had and nobody wants leaves; what leaves and is had or wanted again, stays.
    /// </summary>
    public MachineDocument NowHas(MachineShape shape)
    {
        var wanted = MachineShape.Of(this);
        var had = Applied ?? wanted;
        var isWanted = shape.IsSame(wanted);
        return this with
        {
            Applied = isWanted ? null : shape,
            LeavingDisks = [.. LeavingDisks.Concat(had.Leaving()).DistinctBy(disk => disk.VolumeId).Where(disk => !shape.Has(disk) && !wanted.Has(disk))],
            LeavingNics = [.. LeavingNics.Concat(had.Nics).DistinctBy(nic => nic.PortId).Where(nic => !shape.Has(nic) && !wanted.Has(nic))],
        };
    }

    /// <summary>The id of a volume's attachment to the machine's node.</summary>
    public Guid AttachmentIdOf(Guid volumeId) => JobId.Derive("attachment", volumeId.ToString(), Id.ToString(), Node);

    /// <summary>The document without what may hold a guest's secrets.</summary>
    public MachineDocument WithoutUserData() => this with { Spec = Spec with { CloudInit = Spec.CloudInit with { UserData = null, NetworkConfig = null } } };

    /// <summary>
    /// What the hypervisor keeps with the machine, so that it can be adopted when the record is lost; <see langword="null"/> when it is
    /// longer than a hypervisor has to keep.
    /// </summary>
    public string? ToKeepWithTheMachine()
    {
        // What the hypervisor itself tells, and what changes from hour to hour, is not kept: the same machine gives the same text.
        var stable = WithoutUserData() with
        {
            Phase = MachinePhase.Ready, Error = null, ShouldRun = false, MachineType = null, Accelerator = null, PowerCuts = 0,
            Applied = null, LeavingDisks = [], LeavingNics = [],
        };
        var kept = DocumentSerializer<MachineDocument>.Write(stable);
        return kept.Length <= MaxKeptLength ? Encoding.UTF8.GetString(kept.Span) : null;
    }

    /// <summary>Reads what a hypervisor kept; <see langword="null"/> when it is no machine that this version can read.</summary>
    public static MachineDocument? FromKept(string? kept)
    {
        try
        {
            return kept is null ? null : DocumentSerializer<MachineDocument>.Read("kept with the machine", Encoding.UTF8.GetBytes(kept)).Value;
        }
        catch (Exception e) when (e is JsonException or LimiQuantixException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Schema 2: the labels are the resource's, not the spec's alone. Schema 3: there are several disks and interfaces.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2 && document["spec"]?["labels"] is { } labels) document["labels"] = labels.DeepClone();
        if (schema < 3) MachineUpcast.Document(document);
    }
}
