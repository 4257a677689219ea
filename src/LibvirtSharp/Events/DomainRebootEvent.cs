namespace LibvirtSharp;

/// <summary>The guest rebooted.</summary>
public sealed record DomainRebootEvent : DomainEvent;
