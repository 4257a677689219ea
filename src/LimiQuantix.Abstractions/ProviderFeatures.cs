namespace LimiQuantix;

/// <summary>
/// What definitions can ask for beyond what every provider understands: a provider that understands one declares it (<see cref="IDeclaresFeatures"/>), and is
/// never given a definition that needs what it does not declare. A member, a value or a case that comes in a later version names its feature
/// (<see cref="FeatureAttribute"/>). New ones come in minor versions.
/// </summary>
public static class ProviderFeatures
{
    /// <summary>Hypervisors: sockets, cores and threads as the definition says.</summary>
    public const string CpuTopology = "cpu.topology";

    /// <summary>Hypervisors: a named processor model.</summary>
    public const string CpuModel = "cpu.model";

    /// <summary>Hypervisors: firmware that is a UEFI.</summary>
    public const string FirmwareUefi = "firmware.uefi";

    /// <summary>Hypervisors: a UEFI that starts only what is signed.</summary>
    public const string FirmwareSecureBoot = "firmware.secure_boot";

    /// <summary>Hypervisors: disks and drives on a SCSI bus.</summary>
    public const string DiskScsi = "disks.scsi";

    /// <summary>Hypervisors: disks and drives on a SATA bus.</summary>
    public const string DiskSata = "disks.sata";

    /// <summary>Hypervisors: CD drives, with a disc or empty.</summary>
    public const string DiskCd = "disks.cd";

    /// <summary>Hypervisors: the order in which disks and interfaces are started from, other than the first disk first.</summary>
    public const string BootOrder = "boot_order";

    /// <summary>Hypervisors: watchdogs.</summary>
    public const string DeviceWatchdog = "devices.watchdog";

    /// <summary>Fabrics: TCP ports of the node that are forwarded to a guest.</summary>
    public const string PortForwards = "ports.forwards";

    /// <summary>Fabrics: UDP ports of the node that are forwarded to a guest.</summary>
    public const string PortForwardsUdp = "ports.forwards.udp";

    /// <summary>Fabrics: a port has the addresses that the engine chose; without it the fabric assigns them.</summary>
    public const string PortAddresses = "ports.addresses";

    /// <summary>Fabrics: a network has the subnets that the engine chose; without it the fabric chooses them.</summary>
    public const string NetworkSubnets = "networks.subnets";

    /// <summary>Storage: volumes that begin as another volume of the pool.</summary>
    public const string VolumeFromVolume = "volumes.from_volume";

    /// <summary>Storage: volumes that begin as a snapshot in the pool.</summary>
    public const string VolumeFromSnapshot = "volumes.from_snapshot";

    /// <summary>Those of hypervisors.</summary>
    public static IReadOnlyList<string> OfHypervisors { get; } =
        [CpuTopology, CpuModel, FirmwareUefi, FirmwareSecureBoot, DiskScsi, DiskSata, DiskCd, BootOrder, DeviceWatchdog];

    /// <summary>Those of fabrics.</summary>
    public static IReadOnlyList<string> OfNetworks { get; } = [PortForwards, PortForwardsUdp, PortAddresses, NetworkSubnets];

    /// <summary>Those of storage backends.</summary>
    public static IReadOnlyList<string> OfStorage { get; } = [VolumeFromVolume, VolumeFromSnapshot];
}

/// <summary>
/// The feature that a provider must declare to be given a definition with this: a member that is set to something, a value, or a case of a union. What has
/// no attribute every provider understands.
/// </summary>
/// <param name="feature">One of <see cref="ProviderFeatures"/>.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Class)]
public sealed class FeatureAttribute(string feature) : Attribute
{
    /// <summary>One of <see cref="ProviderFeatures"/>.</summary>
    public string Feature { get; } = feature;
}
