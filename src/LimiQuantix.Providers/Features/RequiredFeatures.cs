using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Features;

/// <summary>A feature that something asks for.</summary>
/// <param name="Feature">One of <see cref="ProviderFeatures"/>.</param>
/// <param name="Pointer">Where it is asked for: a JSON pointer into the specification or the definition.</param>
internal sealed record RequiredFeature(string Feature, string Pointer);

/// <summary>
/// The features that specifications and definitions ask for. Written out, and held to the attributes of the contract by a test that knows every member, so that
/// it needs no reflection where it runs.
/// </summary>
internal static class RequiredFeatures
{
    /// <summary>What a machine's specification asks its hypervisor for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(MachineSpec spec) =>
    [
        .. Of(spec.Cpu, spec.Firmware, spec.Devices),
        .. spec.Disks.Index().SelectMany(disk => OfDisk(disk.Index, disk.Item.Source is IsoDiskSource ? DiskKind.Cd : DiskKind.Disk, disk.Item.Bus, disk.Item.BootOrder)),
        .. (spec.Nics ?? []).Index().Where(nic => nic.Item.BootOrder is not null).Select(nic => new RequiredFeature(ProviderFeatures.BootOrder, $"/nics/{nic.Index}/bootOrder")),
    ];

    /// <summary>What a machine's definition asks its hypervisor for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(MachineDefinition definition) =>
    [
        .. Of(definition.Cpu, definition.Firmware, definition.Devices),
        .. definition.Disks.Index().SelectMany(disk => OfDisk(disk.Index, disk.Item.Kind, disk.Item.Bus, disk.Item.BootOrder)),
        .. definition.Nics.Index().Where(nic => nic.Item.BootOrder is not null).Select(nic => new RequiredFeature(ProviderFeatures.BootOrder, $"/nics/{nic.Index}/bootOrder")),
    ];

    /// <summary>What a volume's definition asks its pool for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(VolumeDefinition definition) => definition.Source switch
    {
        OtherVolumeSource => [new(ProviderFeatures.VolumeFromVolume, "/source")],
        SnapshotVolumeSource => [new(ProviderFeatures.VolumeFromSnapshot, "/source")],
        _ => [],
    };

    /// <summary>What a network's definition asks its fabric for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(NetworkDefinition definition) =>
        definition.Subnets.Count > 0 ? [new(ProviderFeatures.NetworkSubnets, "/subnets")] : [];

    /// <summary>What a port's definition asks its fabric for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(PortDefinition definition) => OfAddresses(definition.Addresses, "");

    /// <summary>What an interface asks its fabric for.</summary>
    /// <param name="nic">The interface.</param>
    /// <param name="parent">Its JSON pointer.</param>
    public static IReadOnlyList<RequiredFeature> Of(NicSpec nic, string parent) => [.. Of(nic.Forwards, parent), .. OfAddresses(nic.Addresses, parent)];

    /// <summary>What the binding of a port asks its fabric for.</summary>
    public static IReadOnlyList<RequiredFeature> Of(BindPortRequest request) => Of(request.Forwards ?? [], "");

    private static IReadOnlyList<RequiredFeature> OfAddresses(IReadOnlyList<string> addresses, string parent) =>
        addresses.Count > 0 ? [new(ProviderFeatures.PortAddresses, parent + "/addresses")] : [];

    private static IReadOnlyList<RequiredFeature> Of(IReadOnlyList<PortForward> forwards, string parent) =>
    [
        .. forwards.Index().SelectMany<(int Index, PortForward Item), RequiredFeature>(forward => forward.Item.Protocol == TransportProtocol.Udp
            ? [new(ProviderFeatures.PortForwards, $"{parent}/forwards/{forward.Index}"), new(ProviderFeatures.PortForwardsUdp, $"{parent}/forwards/{forward.Index}/protocol")]
            : [new(ProviderFeatures.PortForwards, $"{parent}/forwards/{forward.Index}")]),
    ];

    private static IEnumerable<RequiredFeature> Of(MachineCpu cpu, MachineFirmware firmware, IReadOnlyList<MachineDevice> devices)
    {
        if (cpu.Topology is not null) yield return new(ProviderFeatures.CpuTopology, "/cpu/topology");
        if (cpu.Model is not null) yield return new(ProviderFeatures.CpuModel, "/cpu/model");
        if (firmware.Kind == FirmwareKind.Uefi) yield return new(ProviderFeatures.FirmwareUefi, "/firmware/kind");
        if (firmware.SecureBoot) yield return new(ProviderFeatures.FirmwareSecureBoot, "/firmware/secureBoot");
        foreach (var (index, device) in devices.Index())
        {
            if (device is WatchdogDevice) yield return new(ProviderFeatures.DeviceWatchdog, $"/devices/{index}");
        }
    }

    private static IEnumerable<RequiredFeature> OfDisk(int index, DiskKind kind, DiskBus? bus, int? bootOrder)
    {
        if (kind == DiskKind.Cd) yield return new(ProviderFeatures.DiskCd, $"/disks/{index}");
        if (bus == DiskBus.Scsi) yield return new(ProviderFeatures.DiskScsi, $"/disks/{index}/bus");
        if (bus == DiskBus.Sata) yield return new(ProviderFeatures.DiskSata, $"/disks/{index}/bus");
        // The first disk first is what every hypervisor does.
        if (bootOrder is not null && (index, bootOrder) is not (0, 1)) yield return new(ProviderFeatures.BootOrder, $"/disks/{index}/bootOrder");
    }
}
