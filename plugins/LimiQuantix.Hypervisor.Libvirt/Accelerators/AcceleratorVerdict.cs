namespace LimiQuantix.Hypervisor.Libvirt.Accelerators;

/// <summary>What is known of KVM on this node.</summary>
internal sealed record AcceleratorVerdict
{
    /// <summary>Whether a guest ran under KVM.</summary>
    public required bool IsKvm { get; init; }

    /// <summary>Why, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether <c>/dev/kvm</c> is there and does not work, as opposed to not being there.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether it holds until the machine, its kernel or QEMU changes, so that nobody needs to try again.</summary>
    public bool IsLasting { get; init; }

    /// <summary>What would make KVM usable, when somebody could.</summary>
    public string? Remedy { get; init; }
}
