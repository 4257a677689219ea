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

    /// <summary>The node it is on.</summary>
    public NodeId? Node { get; init; }

    /// <summary>What executes the guest: <c>kvm</c> or <c>tcg</c>.</summary>
    public string? Accelerator { get; init; }

    /// <summary>The machine type that was pinned at creation, such as <c>pc-q35-7.2</c>.</summary>
    public string? MachineType { get; init; }

    /// <summary>The guest's addresses that are known.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The port forwards, every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>What differs from the definition because somebody changed it outside; reported, not overwritten.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];

    /// <summary>Why its creation failed, or why it cannot be observed.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>Whether its hypervisor does not answer at present: what is told beside the phase is what was seen last.</summary>
    public bool IsStale { get; init; }

    /// <summary>When what is told here was observed; of a list, when it was first seen so.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>The generation of the spec that the machine has; smaller than its generation while something is pending.</summary>
    public long AppliedGeneration { get; init; }

    /// <summary>What of the spec waits for the power to go off, each a member's JSON pointer.</summary>
    public IReadOnlyList<string> PendingChanges { get; init; } = [];
}
