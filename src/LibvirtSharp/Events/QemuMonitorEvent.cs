namespace LibvirtSharp;

/// <summary>An event of QEMU's monitor, as QEMU sent it.</summary>
public sealed record QemuMonitorEvent : DomainEvent
{
    /// <summary>Its name, <c>STOP</c>.</summary>
    public required string Name { get; init; }

    /// <summary>When QEMU says it arose.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Its data, JSON.</summary>
    public required string? Details { get; init; }
}
