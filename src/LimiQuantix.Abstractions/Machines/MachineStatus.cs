using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Machines;

/// <summary>What is observed of a machine.</summary>
public sealed record MachineStatus
{
    /// <summary>Where it stands in its life.</summary>
    public required MachinePhase Phase { get; init; }

    /// <summary>Whether it runs.</summary>
    public PowerState PowerState { get; init; }

    /// <summary>Why it is in that power state: why it is held as a sentence, otherwise in the hypervisor's words, such as <c>shutdown</c> or <c>destroyed</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it is held, while it is <see cref="PowerState.Paused"/>.</summary>
    public PauseCause PauseCause { get; init; }

    /// <summary>The node it is on.</summary>
    public NodeId? Node { get; init; }

    /// <summary>What executes the guest: <c>kvm</c> or <c>tcg</c>.</summary>
    public string? Accelerator { get; init; }

    /// <summary>The machine type that was pinned at creation, such as <c>pc-q35-7.2</c>.</summary>
    public string? MachineType { get; init; }

    /// <summary>Its disks: the volumes that they are.</summary>
    public IReadOnlyList<MachineDiskStatus> Disks { get; init; } = [];

    /// <summary>Its network interfaces: the ports that they are.</summary>
    public IReadOnlyList<MachineNicStatus> Nics { get; init; } = [];

    /// <summary>The guest's addresses that are known.</summary>
    public IReadOnlyList<MachineAddress> Addresses { get; init; } = [];

    /// <summary>The port forwards of all interfaces, every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>When its guest was last heard to begin anew without going off, by itself or by a reset; <see langword="null"/> when it was not, or the machine went off since.</summary>
    public DateTimeOffset? RebootedAt { get; init; }

    /// <summary>What differs from the definition because somebody changed it outside; reported, not overwritten.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>Why its creation failed, or why it cannot be observed.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>Whether its hypervisor does not answer at present: what is told beside the phase is what was seen last.</summary>
    public bool IsStale { get; init; }

    /// <summary>When what is told here was observed; of a list, when it was first seen so.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>The generation of the spec that the machine has; lower than the machine's while changes wait for the power to be off.</summary>
    public long AppliedGeneration { get; init; }

    /// <summary>What of the spec the machine does not have yet: done when it is started the next time.</summary>
    public IReadOnlyList<PlannedChange> PendingChanges { get; init; } = [];
}

/// <summary>A disk of a machine as it is.</summary>
public sealed record MachineDiskStatus
{
    /// <summary>Its name in the spec.</summary>
    public required string Name { get; init; }

    /// <summary>The volume; <see langword="null"/> for an empty CD drive.</summary>
    public Guid? VolumeId { get; init; }

    /// <summary>The pool that the volume is in.</summary>
    public string? Pool { get; init; }

    /// <summary>The size in bytes that the guest sees.</summary>
    public long SizeBytes { get; init; }
}

/// <summary>A network interface of a machine as it is.</summary>
public sealed record MachineNicStatus
{
    /// <summary>Its name in the spec.</summary>
    public required string Name { get; init; }

    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The network that the port is on.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>The MAC address.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The forwards, every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];
}

/// <summary>An address of a guest, and who says so.</summary>
public sealed record MachineAddress
{
    /// <summary>The IPv4 or IPv6 address.</summary>
    public required string Address { get; init; }

    /// <summary>The port that it is on, where that is known.</summary>
    public Guid? PortId { get; init; }

    /// <summary>Who says so. What an agent says is the guest's claim.</summary>
    public required AddressSource Source { get; init; }
}

/// <summary>Who says that a guest has an address.</summary>
public enum AddressSource
{
    /// <summary>A value of a newer contract.</summary>
    Unknown = 0,

    /// <summary>The agent in the guest.</summary>
    Agent = 1,

    /// <summary>The fabric, which assigned it.</summary>
    Fabric = 2,

    /// <summary>The engine, which chose it.</summary>
    Spec = 3,
}
