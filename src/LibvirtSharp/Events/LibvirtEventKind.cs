namespace LibvirtSharp;

/// <summary>What can be subscribed to. The hundreds are the family, the rest libvirt's number in it.</summary>
public enum LibvirtEventKind
{
    /// <summary><see cref="DomainLifecycleEvent"/>.</summary>
    DomainLifecycle = 0,
}
