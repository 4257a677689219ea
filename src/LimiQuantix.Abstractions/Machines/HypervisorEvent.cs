namespace LimiQuantix.Machines;

/// <summary>Something that a hypervisor tells about this installation's machines.</summary>
public sealed record HypervisorEvent
{
    /// <summary>What it is.</summary>
    public required HypervisorEventKind Kind { get; init; }

    /// <summary>The machine; <see langword="null"/> for a resync.</summary>
    public Guid? MachineId { get; init; }

    /// <summary>The state the machine is in after the change; observe it for the rest.</summary>
    public PowerState PowerState { get; init; }

    /// <summary>Why, in the hypervisor's words.</summary>
    public string? Reason { get; init; }
}
