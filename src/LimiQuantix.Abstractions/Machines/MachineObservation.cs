namespace LimiQuantix.Machines;

/// <summary>A machine as the hypervisor sees it.</summary>
public sealed record MachineObservation
{
    /// <summary>The machine's id; <see langword="null"/> when it is not this installation's.</summary>
    public Guid? MachineId { get; init; }

    /// <summary>The hypervisor's own name for it.</summary>
    public required string HypervisorName { get; init; }

    /// <summary>Whether it runs.</summary>
    public required PowerState PowerState { get; init; }

    /// <summary>Why it is in that state, in the hypervisor's words, such as <c>shutdown</c>, <c>destroyed</c>, <c>crashed</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it is held, while it is <see cref="PowerState.Paused"/>.</summary>
    public PauseCause PauseCause { get; init; }

    /// <summary>What executes it: <c>kvm</c> or <c>tcg</c>.</summary>
    public string? Accelerator { get; init; }

    /// <summary>Its pinned machine type.</summary>
    public string? MachineType { get; init; }

    /// <summary>What <see cref="MachineDefinition.Record"/> was when it was defined or started last; <see langword="null"/> when none is kept.</summary>
    public string? Record { get; init; }

    /// <summary>What is kept of the highest call that changed it; <see langword="null"/> when nothing is.</summary>
    public ProviderMark? Mark { get; init; }

    /// <summary>
    /// Whether this is the side of a migration that the machine's memory comes to: it does not run yet, whatever <see cref="PowerState"/> says, and is no second
    /// copy of it.
    /// </summary>
    public bool IsIncoming { get; init; }

    /// <summary>What differs from the last definition because somebody changed it outside; each a sentence.</summary>
    public IReadOnlyList<string> Drift { get; init; } = [];
}
