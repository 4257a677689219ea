namespace LibvirtSharp;

/// <summary>The hypervisor's control channel to the domain failed.</summary>
public sealed record DomainControlErrorEvent : DomainEvent;
