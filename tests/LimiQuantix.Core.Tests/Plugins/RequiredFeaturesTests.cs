using LimiQuantix.Conformance;
using System.Reflection;
using System.Runtime.CompilerServices;
using LimiQuantix.Conformance.Wire;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Features;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>
/// Every place of a definition that may be left out is either one that all providers understand, named here, or names its feature. Whoever adds a member adds
/// it to one of both.
/// </summary>
public sealed class RequiredFeaturesTests
{
    /// <summary>What every provider understands: the first set. Nothing is added to it after 1.0.</summary>
    private static readonly string[] FirstSet =
    [
        "MachineDefinition.Firmware", "MachineDefinition.Nics", "MachineDefinition.Graphics", "MachineDefinition.Serials", "MachineDefinition.Channels",
        "MachineDefinition.Devices", "MachineDefinition.Seed", "MachineDefinition.Record", "MachineDefinition.MachineType",
        "MachineCpu.Count", "CpuTopology.Threads", "MachineMemory.SizeBytes", "MachineFirmware.Kind", "FirmwareKind.Bios",
        "MachineDisk.VolumeId", "MachineDisk.Attachment", "MachineDisk.Kind", "MachineDisk.Bus", "DiskKind.Disk", "DiskBus.Virtio",
        "MachineNic.Addresses", "MachineGraphics.Kind", "GraphicsKind.Vnc", "MachineSerial.Log", "VirtioChannel", "VolumeSeed",
        // The watchdog as a whole is the feature.
        "WatchdogDevice.Action", "WatchdogAction.Reset", "WatchdogAction.PowerOff", "WatchdogAction.Pause", "WatchdogAction.None",
        "VolumeDefinition.Source", "BlankVolumeSource", "BaseVolumeSource",
        // Forwards as a whole are the feature.
        "PortForward.HostPort", "PortForward.Protocol", "PortForward.HostAddress", "PortForward.KeepHostPort", "TransportProtocol.Tcp", "BindPortRequest.Taken", "BindPortRequest.ChosenAnew",
        // Subnets as a whole are the feature.
        "SubnetDefinition.Gateway", "SubnetDefinition.DnsServers",
    ];

    // What the pool or the fabric answered: a hypervisor says in its description which it accepts.
    private static readonly Type[] Elsewhere = [typeof(DiskAttachment), typeof(NicAttachment), typeof(Ownership), typeof(NodeId), typeof(ProviderCall)];

    private static readonly IReadOnlyList<(string Place, string? Feature)> Places =
    [
        .. new[] { typeof(MachineDefinition), typeof(VolumeDefinition), typeof(PortDefinition), typeof(BindPortRequest), typeof(NetworkDefinition) }
            .SelectMany(type => Walk(type, [])).Distinct(),
    ];

    private static IEnumerable<string> EveryFeature => [.. ProviderFeatures.OfHypervisors, .. ProviderFeatures.OfStorage, .. ProviderFeatures.OfNetworks];

    [Test]
    public void Every_place_of_a_definition_that_may_be_left_out_is_of_the_first_set_or_names_its_feature() =>
        Assert.That(Places.Where(place => place.Feature is null).Select(place => place.Place), Is.EquivalentTo(FirstSet));

    [Test]
    public void Every_feature_is_named_by_a_place_and_every_place_names_a_feature_that_there_is() =>
        Assert.That(Places.Select(place => place.Feature).OfType<string>().Distinct(), Is.EquivalentTo(EveryFeature));

    [TestCaseSource(nameof(EveryFeature))]
    public void Definition_that_has_what_names_a_feature_needs_it_and_says_where(string feature)
    {
        var (found, pointer) = feature switch
        {
            ProviderFeatures.CpuTopology => (OfMachine(cpu: new MachineCpu { Count = 2, Topology = new CpuTopology { Sockets = 1, Cores = 2 } }), "/cpu/topology"),
            ProviderFeatures.CpuModel => (OfMachine(cpu: new MachineCpu { Model = "host" }), "/cpu/model"),
            ProviderFeatures.FirmwareUefi => (OfMachine(firmware: new MachineFirmware { Kind = FirmwareKind.Uefi }), "/firmware/kind"),
            ProviderFeatures.FirmwareSecureBoot => (OfMachine(firmware: new MachineFirmware { Kind = FirmwareKind.Uefi, SecureBoot = true }), "/firmware/secureBoot"),
            ProviderFeatures.DiskScsi => (OfMachine(disk: new MachineDisk { Id = Guid.NewGuid(), Bus = DiskBus.Scsi }), "/disks/1/bus"),
            ProviderFeatures.DiskSata => (OfMachine(disk: new MachineDisk { Id = Guid.NewGuid(), Bus = DiskBus.Sata }), "/disks/1/bus"),
            ProviderFeatures.DiskCd => (OfMachine(disk: new MachineDisk { Id = Guid.NewGuid(), Kind = DiskKind.Cd }), "/disks/1"),
            ProviderFeatures.BootOrder => (OfMachine(disk: new MachineDisk { Id = Guid.NewGuid(), BootOrder = 2 }), "/disks/1/bootOrder"),
            ProviderFeatures.DeviceWatchdog => (OfMachine(device: new WatchdogDevice()), "/devices/0"),
            ProviderFeatures.PortForwards => (OfPort(TransportProtocol.Tcp), "/forwards/0"),
            ProviderFeatures.PortForwardsUdp => (OfPort(TransportProtocol.Udp), "/forwards/0/protocol"),
            ProviderFeatures.PortAddresses => (RequiredFeatures.Of(Port with { Addresses = ["10.0.0.5"] }), "/addresses"),
            ProviderFeatures.NetworkSubnets => (
                RequiredFeatures.Of(new NetworkDefinition { Ownership = Owner, Name = "a", Subnets = [new SubnetDefinition { Cidr = "10.0.0.0/24" }] }), "/subnets"),
            ProviderFeatures.VolumeFromVolume => (OfVolume(new OtherVolumeSource { VolumeId = Guid.NewGuid() }), "/source"),
            ProviderFeatures.VolumeFromSnapshot => (OfVolume(new SnapshotVolumeSource { VolumeId = Guid.NewGuid(), SnapshotId = Guid.NewGuid() }), "/source"),
            _ => throw new AssertionException($"There is no definition here that needs '{feature}': add one, and what it needs to {nameof(RequiredFeatures)}."),
        };

        Assert.That(found, Does.Contain(new RequiredFeature(feature, pointer)));
    }

    [Test]
    public void Ordinary_machine_needs_no_feature_and_a_specification_needs_what_its_definition_does()
    {
        Assert.That(OfMachine(disk: new MachineDisk { Id = Guid.NewGuid() }), Is.Empty);
        var spec = new MachineSpec
        {
            Name = "a",
            Cpu = new MachineCpu { Model = "host" },
            Firmware = new MachineFirmware { Kind = FirmwareKind.Uefi, SecureBoot = true },
            Disks = [DiskSpec.Blank(1), DiskSpec.Cd() with { Bus = DiskBus.Sata, BootOrder = 1 }],
            Nics = [new NicSpec { BootOrder = 2 }],
            Devices = [new WatchdogDevice()],
        };
        var definition = Definition(spec.Cpu, spec.Firmware, new MachineDisk { Id = Guid.NewGuid(), Kind = DiskKind.Cd, Bus = DiskBus.Sata, BootOrder = 1 }, new WatchdogDevice());
        definition = definition with
        {
            Nics = [new MachineNic { Id = Guid.NewGuid(), PortId = Guid.NewGuid(), MacAddress = "", BootOrder = 2, Attachment = new BridgeNic { NodeId = NodeId.Local, Bridge = "b" } }],
        };

        Assert.That(RequiredFeatures.Of(spec), Is.EquivalentTo(RequiredFeatures.Of(definition)));
        Assert.That(RequiredFeatures.Of(spec).Select(one => one.Pointer), Does.Contain("/nics/0/bootOrder"));
    }

    private static IReadOnlyList<RequiredFeature> OfMachine(MachineCpu? cpu = null, MachineFirmware? firmware = null, MachineDisk? disk = null, MachineDevice? device = null) =>
        RequiredFeatures.Of(Definition(cpu ?? new MachineCpu(), firmware ?? new MachineFirmware(), disk, device));

    private static MachineDefinition Definition(MachineCpu cpu, MachineFirmware firmware, MachineDisk? disk, MachineDevice? device) => new()
    {
        Ownership = Owner,
        DisplayName = "a",
        Cpu = cpu,
        Memory = new MachineMemory(),
        Firmware = firmware,
        Disks = disk is null ? [new MachineDisk { Id = Guid.NewGuid(), BootOrder = 1 }] : [new MachineDisk { Id = Guid.NewGuid() }, disk],
        Devices = device is null ? [] : [device],
    };

    private static IReadOnlyList<RequiredFeature> OfVolume(VolumeSource source) =>
        RequiredFeatures.Of(new VolumeDefinition { Ownership = Owner, SizeBytes = 512, Source = source });

    private static IReadOnlyList<RequiredFeature> OfPort(TransportProtocol protocol) => RequiredFeatures.Of(new BindPortRequest
    {
        Call = ShortCalls.Engine, PortId = Guid.NewGuid(), MachineId = Guid.NewGuid(), Node = NodeId.Local, Forwards = [new PortForward { GuestPort = 22, Protocol = protocol }],
    });

    private static PortDefinition Port => new() { Ownership = Owner, NetworkId = Guid.NewGuid(), MacAddress = "" };

    private static Ownership Owner { get; } = new() { InstallationId = Guid.NewGuid(), ResourceId = Guid.NewGuid(), Project = "default" };

    private static IEnumerable<(string Place, string? Feature)> Walk(Type type, HashSet<Type> seen)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) type = type.GetGenericArguments()[0];
        if (type.Namespace?.StartsWith(nameof(LimiQuantix), StringComparison.Ordinal) != true || Elsewhere.Contains(type) || !seen.Add(type)) yield break;
        if (type.IsEnum)
        {
            foreach (var value in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(value => (int)value.GetRawConstantValue()! != 0))
                yield return ($"{type.Name}.{value.Name}", FeatureOf(value));
            yield break;
        }

        if (ContractUnions.IsUnion(type))
        {
            foreach (var one in ContractUnions.CasesOf(type))
            {
                yield return (one.Name, FeatureOf(one));
                foreach (var place in Walk(one, seen)) yield return place;
            }

            yield break;
        }

        // A value of its own, such as a digest.
        if (type.GetMethod("<Clone>$") is null) yield break;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
        {
            if (!property.IsDefined(typeof(RequiredMemberAttribute))) yield return ($"{type.Name}.{property.Name}", FeatureOf(property));
            foreach (var place in Walk(property.PropertyType, seen)) yield return place;
        }
    }

    private static string? FeatureOf(MemberInfo member) => member.GetCustomAttribute<FeatureAttribute>()?.Feature;
}
