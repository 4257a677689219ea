using LimiQuantix.Nodes;

namespace LimiQuantix.Machines;

/// <summary>
/// A machine that carries this installation's mark and that the state does not know, as after the state was restored from an older backup.
/// It is left alone until somebody adopts or purges it.
/// </summary>
public sealed record QuarantinedMachine
{
    /// <summary>The machine's id, as its mark says.</summary>
    public required Guid Id { get; init; }

    /// <summary>The hypervisor instance that has it.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>The node of that hypervisor.</summary>
    public NodeId Node { get; init; }

    /// <summary>The hypervisor's own name for it.</summary>
    public required string HypervisorName { get; init; }

    /// <summary>Whether it runs.</summary>
    public required PowerState PowerState { get; init; }

    /// <summary>Its name when it was made; <see langword="null"/> when nothing is kept with it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether enough is kept with it to adopt it.</summary>
    public bool CanBeAdopted { get; init; }
}
