using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Jobs;
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

    /// <summary>The hypervisor's, pool's and fabric's instance names.</summary>
    public required string Hypervisor { get; init; }

    public required string Pool { get; init; }

    public required string Fabric { get; init; }

    public required Guid VolumeId { get; init; }

    public required Guid NetworkId { get; init; }

    public required Guid PortId { get; init; }

    public required string MacAddress { get; init; }

    /// <summary>cloud-init's instance-id: new on create, clone and rebuild only.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The image's stored digest: what the root volume begins as, even when the image is deleted meanwhile.</summary>
    public required string BaseDigest { get; init; }

    /// <summary>The user that the image's cloud-init makes.</summary>
    public string? DefaultUser { get; init; }

    /// <summary>The forwards with host ports as they were chosen; empty until the port is made.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    public string? MachineType { get; init; }

    public string? Accelerator { get; init; }

    /// <summary>Whether the last wish was that it runs: <see cref="RunPolicy"/> acts only on such machines.</summary>
    public bool ShouldRun { get; init; }

    public LimiQuantixError? Error { get; init; }

    public NodeId NodeId => new(Node);

    /// <summary>What providers are told of the machine and of what it is made of.</summary>
    public (long OwnerEpoch, long Generation) About => (OwnerEpoch, Generation);

    /// <summary>The id of the root volume's attachment to the machine's node.</summary>
    public Guid AttachmentId => JobId.Derive("attachment", VolumeId.ToString(), Id.ToString(), Node);

    /// <summary>The document without what may hold a guest's secrets.</summary>
    public MachineDocument WithoutUserData() => this with { Spec = Spec with { CloudInit = Spec.CloudInit with { UserData = null, NetworkConfig = null } } };

    /// <summary>
    /// What the hypervisor keeps with the machine, so that it can be adopted when the record is lost; <see langword="null"/> when it is
    /// longer than a hypervisor has to keep.
    /// </summary>
    public string? ToKeepWithTheMachine()
    {
        // What the hypervisor itself tells, and what changes from hour to hour, is not kept: the same machine gives the same text.
        var stable = WithoutUserData() with { Phase = MachinePhase.Ready, Error = null, ShouldRun = false, MachineType = null, Accelerator = null };
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

    /// <summary>Schema 2: the labels are the resource's, not the spec's alone.</summary>
    public static void Upcast(JsonObject document, int schema)
    {
        if (schema < 2 && document["spec"]?["labels"] is { } labels) document["labels"] = labels.DeepClone();
    }
}
