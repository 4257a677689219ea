namespace LibvirtSharp;

/// <summary>Something libvirt told on its own, or the notice that something may have been missed (<see cref="ResyncEvent"/>).</summary>
public abstract record LibvirtEvent;
