using LimiQuantix.Machines;

namespace LimiQuantix.Nodes;

/// <summary>A host that machines run on.</summary>
public sealed record Node
{
    /// <summary>The node's id.</summary>
    public required NodeId Id { get; init; }

    /// <summary>When the node was first stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What its hypervisor says of itself now; <see langword="null"/> while it does not answer.</summary>
    public HypervisorDescription? Hypervisor { get; init; }

    /// <summary>Why the hypervisor does not answer.</summary>
    public LimiQuantixError? Error { get; init; }
}
