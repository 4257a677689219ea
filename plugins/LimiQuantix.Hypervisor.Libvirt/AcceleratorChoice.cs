namespace LimiQuantix.Hypervisor.Libvirt;

/// <summary>What executes new machines.</summary>
public enum AcceleratorChoice
{
    /// <summary>KVM when a real guest runs under it here, TCG otherwise.</summary>
    Auto = 0,

    /// <summary>KVM, without asking whether it works.</summary>
    Kvm = 1,

    /// <summary>TCG: emulation in software, about ten times slower, works everywhere.</summary>
    Tcg = 2,
}
