using System.Xml.Linq;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>A machine's domain (https://libvirt.org/formatdomain.html), by an XML API: nothing is ever formatted into text.</summary>
internal static class DomainDocument
{
    public static XElement Write(MachineDefinition definition, DomainSettings settings) => new(
        "domain",
        new XAttribute("type", settings.IsKvm ? "kvm" : "qemu"),
        new XAttribute(XNamespace.Xmlns + "qemu", UserNicArguments.Namespace),
        new XElement("name", DomainNames.Domain(definition.Ownership.ResourceId)),
        new XElement("uuid", definition.Ownership.ResourceId.ToString("D")),
        new XElement("title", definition.DisplayName),
        new XElement("description", "A machine of LimiQuantix. A change made here is reported as drift and not overwritten."),
        new XElement("metadata", DomainMetadata.Write(definition, settings.Digest), DomainMark.Write(settings.Mark)),
        new XElement("memory", new XAttribute("unit", "KiB"), definition.Memory.SizeBytes / 1024),
        definition.Nics.Any(nic => nic.Attachment is VhostUserNic) ? SharedMemory() : null,
        new XElement("vcpu", new XAttribute("placement", "static"), definition.Cpu.Count),
        Os(definition.Firmware, settings.MachineType),
        new XElement(
            "features",
            new XElement("acpi"),
            new XElement("apic"),
            new XElement("vmport", new XAttribute("state", "off")),
            definition.Firmware.SecureBoot ? new XElement("smm", new XAttribute("state", "on")) : null),
        Cpu(definition.Cpu, settings.IsKvm),
        Clock(),
        new XElement("on_poweroff", "destroy"),
        new XElement("on_reboot", "restart"),
        // Off after a crash; whether it starts again is the engine's to decide.
        new XElement("on_crash", "destroy"),
        new XElement(
            "pm",
            new XElement("suspend-to-mem", new XAttribute("enabled", "no")),
            new XElement("suspend-to-disk", new XAttribute("enabled", "no"))),
        Devices(definition, settings),
        UserNicArguments.Write(definition.Nics));

    private static XElement Os(MachineFirmware firmware, string machineType)
    {
        var type = new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", machineType), "hvm");
        if (firmware.Kind != FirmwareKind.Uefi)
            return new XElement("os", type);
        string secure = firmware.SecureBoot ? "yes" : "no";
        return new XElement(
            "os",
            new XAttribute("firmware", "efi"),
            type,
            new XElement(
                "firmware",
                new XElement("feature", new XAttribute("enabled", secure), new XAttribute("name", "enrolled-keys")),
                new XElement("feature", new XAttribute("enabled", secure), new XAttribute("name", "secure-boot"))),
            firmware.SecureBoot ? new XElement("loader", new XAttribute("secure", "yes")) : null);
    }

    /// <summary>The host's processor as it is, without KVM everything that the emulator can, or the one that was asked for.</summary>
    public static XElement Cpu(MachineCpu cpu, bool isKvm) => new(
        "cpu",
        new XAttribute("mode", cpu.Model is not null ? "custom" : isKvm ? "host-passthrough" : "maximum"),
        cpu.Model is not null ? new XAttribute("match", "exact") : null,
        new XAttribute("check", "none"),
        cpu.Model is { } model ? new XElement("model", new XAttribute("fallback", "forbid"), model) : null,
        cpu.Topology is { } topology
            ? new XElement(
                "topology", new XAttribute("sockets", topology.Sockets), new XAttribute("dies", 1), new XAttribute("cores", topology.Cores), new XAttribute("threads", topology.Threads))
            : null);

    private static XElement SharedMemory() => new(
        "memoryBacking",
        new XElement("source", new XAttribute("type", "memfd")),
        new XElement("access", new XAttribute("mode", "shared")));

    private static XElement Clock() => new(
        "clock",
        new XAttribute("offset", "utc"),
        Timer("rtc", new XAttribute("tickpolicy", "catchup")),
        Timer("pit", new XAttribute("tickpolicy", "delay")),
        Timer("hpet", new XAttribute("present", "no")));

    private static XElement Timer(string name, XAttribute policy) => new("timer", new XAttribute("name", name), policy);

    private static XElement Devices(MachineDefinition definition, DomainSettings settings)
    {
        HashSet<string> targets = [];
        List<XElement> disks = [.. definition.Disks.Select(disk => DiskXml.Write(disk, DomainNames.TakeTarget(disk.Bus, targets)))];
        if (settings.SeedPath is { } seed)
            disks.Add(DiskXml.WriteSeed(seed, DomainNames.TakeTarget(DiskBus.Virtio, targets)));
        List<XElement> nics = [.. definition.Nics.Where(nic => nic.Attachment is not UserNic).Select(NicXml.Write)];
        // Each of these and of USB, virtio-serial, memory balloon and random numbers sits behind a root port of its own.
        int ports = disks.Count + nics.Count + 4 + settings.SparePciePorts;
        return new XElement(
            "devices",
            disks,
            new XElement("controller", new XAttribute("type", "pci"), new XAttribute("index", 0), new XAttribute("model", "pcie-root")),
            Enumerable.Range(1, ports).Select(RootPort),
            new XElement("controller", new XAttribute("type", "usb"), new XAttribute("index", 0), new XAttribute("model", "qemu-xhci")),
            new XElement("controller", new XAttribute("type", "virtio-serial"), new XAttribute("index", 0)),
            definition.Disks.Any(disk => disk.Bus == DiskBus.Scsi) ? ScsiController() : null,
            nics,
            definition.Serials.Select((serial, port) => Serial(serial, port, settings)),
            definition.Channels.OfType<VirtioChannel>().Select(Channel),
            // An absolute pointer, so that a console's pointer is where the person's is.
            new XElement("input", new XAttribute("type", "tablet"), new XAttribute("bus", "usb")),
            definition.Graphics.Count > 0 ? Graphics(settings) : null,
            Video(definition.Graphics.Count > 0),
            definition.Devices.OfType<WatchdogDevice>().Select(Watchdog),
            new XElement("memballoon", new XAttribute("model", "virtio"), new XElement("stats", new XAttribute("period", 10))),
            new XElement("rng", new XAttribute("model", "virtio"), new XElement("backend", new XAttribute("model", "random"), "/dev/urandom")),
            new XElement("panic", new XAttribute("model", "isa")));
    }

    private static XElement RootPort(int index) => new(
        "controller", new XAttribute("type", "pci"), new XAttribute("index", index), new XAttribute("model", "pcie-root-port"));

    public static XElement ScsiController() => new(
        "controller", new XAttribute("type", "scsi"), new XAttribute("index", 0), new XAttribute("model", "virtio-scsi"));

    /// <summary>A terminal that anybody may attach to and leave, and where it is wanted a log that is written whether or not somebody does, over restarts.</summary>
    public static XElement Serial(MachineSerial serial, int port, DomainSettings settings) => new(
        "serial",
        new XAttribute("type", "pty"),
        serial.Log ? new XElement("log", new XAttribute("file", settings.SerialLogPath), new XAttribute("append", "on")) : null,
        new XElement("target", new XAttribute("type", "isa-serial"), new XAttribute("port", port)));

    public static XElement Channel(VirtioChannel channel) => new(
        "channel",
        new XAttribute("type", "unix"),
        new XElement("target", new XAttribute("type", "virtio"), new XAttribute("name", channel.Name)));

    public static XElement Watchdog(WatchdogDevice watchdog) => new(
        "watchdog",
        new XAttribute("model", "i6300esb"),
        new XAttribute("action", watchdog.Action switch
        {
            WatchdogAction.PowerOff => "poweroff",
            WatchdogAction.Pause => "pause",
            WatchdogAction.None => "none",
            _ => "reset",
        }));

    /// <summary>Plain VGA: firmware and kernels without a graphics driver show their text on it.</summary>
    public static XElement Video(bool isShown) => new(
        "video",
        isShown
            ? new XElement("model", new XAttribute("type", "vga"), new XAttribute("vram", 16384), new XAttribute("heads", 1))
            : new XElement("model", new XAttribute("type", "none")));

    public static XElement Graphics(DomainSettings settings) => (settings.VncSocketPath, settings.VncPassword) switch
    {
        ({ } socket, _) => Vnc(new XElement("listen", new XAttribute("type", "socket"), new XAttribute("socket", socket))),
        (_, { } password) => Vnc(
            new XAttribute("port", -1),
            new XAttribute("autoport", "yes"),
            new XAttribute("listen", "127.0.0.1"),
            new XAttribute("passwd", password),
            new XElement("listen", new XAttribute("type", "address"), new XAttribute("address", "127.0.0.1"))),
        _ => Vnc(new XElement("listen", new XAttribute("type", "none"))),
    };

    private static XElement Vnc(params object[] content) => new("graphics", new XAttribute("type", "vnc"), content);
}
