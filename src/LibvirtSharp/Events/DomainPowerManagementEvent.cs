namespace LibvirtSharp;

/// <summary>The guest woke up or went to sleep.</summary>
public sealed record DomainPowerManagementEvent : DomainEvent
{
    /// <summary><see cref="LibvirtEventKind.DomainWakeUp"/>, <see cref="LibvirtEventKind.DomainSuspend"/> or <see cref="LibvirtEventKind.DomainSuspendDisk"/>.</summary>
    public required LibvirtEventKind Kind { get; init; }

    /// <summary>libvirt's reason; 0, as it has none yet.</summary>
    public required int Reason { get; init; }
}
