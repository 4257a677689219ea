using System.Xml.Linq;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// Makes of a domain that was made from an earlier definition what it would be by a later one: what the definition says is set, and everything else stays as it is, whoever wrote
/// it, with its place on the bus: a guest finds the devices that stay where they were.
/// </summary>
internal static class DomainChange
{
    /// <param name="domain">The domain; changed.</param>
    /// <param name="copy">The domain as it was when we made it: what it has besides is somebody else's. <see langword="null"/>: all of it is ours.</param>
    /// <param name="definition">What the machine is to be.</param>
    /// <param name="settings">What the node decides.</param>
    public static void Apply(XElement domain, XElement? copy, MachineDefinition definition, DomainSettings settings)
    {
        XElement wanted = DomainDocument.Write(definition, settings);
        foreach (string size in (string[])["memory", "currentMemory"])
            domain.Element(size)?.ReplaceWith(new XElement(size, wanted.Element("memory")!.Attributes(), wanted.Element("memory")!.Value));
        domain.Element("vcpu")?.SetValue(definition.Cpu.Count);
        domain.Element("vcpu")?.Attribute("current")?.Remove();
        ReplaceCpu(domain, wanted.Element("cpu")!);
        if (wanted.Element("memoryBacking") is { } shared && domain.Element("memoryBacking") is null)
            domain.Element("vcpu")!.AddBeforeSelf(shared);
        XElement devices = domain.Element("devices")!;
        ChangeDisks(domain, devices, wanted, copy, definition);
        ChangeNics(domain, devices, wanted, copy, definition);
        if (definition.Disks.Any(disk => disk.Bus == DiskBus.Scsi) && !devices.Elements("controller").Any(controller => (string?)controller.Attribute("type") == "scsi"))
            devices.Add(DomainDocument.ScsiController());
        ChangeSerials(devices, wanted);
        ChangeChannels(devices, wanted, copy);
        ChangeOthers(devices, wanted, copy);
        XElement metadata = domain.Element("metadata")!;
        metadata.Elements(DomainMetadata.Namespace + "machine").Remove();
        metadata.Add(DomainMetadata.Write(definition, settings.Digest));
    }

    /// <summary>
    /// What the copy of a domain that somebody changed by hand is after a change of ours: the change, and what libvirt wrote out of it; what was changed by hand stays a difference.
    /// </summary>
    public static void Follow(XElement copy, XElement before, XElement after)
    {
        XElement devices = copy.Element("devices")!;
        foreach (XElement added in after.Elements("devices").Elements().Where(device => Twin(before, device) is null))
        {
            Twin(copy, added)?.Remove();
            devices.Add(new XElement(added));
        }

        foreach (XElement gone in before.Elements("devices").Elements().Where(device => Twin(after, device) is null))
            Twin(copy, gone)?.Remove();
    }

    private static void ReplaceCpu(XElement domain, XElement wanted)
    {
        XElement? there = domain.Element("cpu");
        if (there is not null && Said(there) == Said(wanted))
            return;
        if (there is null) domain.Add(wanted);
        else there.ReplaceWith(wanted);

        static string Said(XElement cpu) => string.Join(
            '|', [(string?)cpu.Attribute("mode"), (string?)cpu.Element("model"), .. ((string[])["sockets", "cores", "threads"]).Select(name => (string?)cpu.Element("topology")?.Attribute(name))]);
    }

    private static void ChangeDisks(XElement domain, XElement devices, XElement wanted, XElement? copy, MachineDefinition definition)
    {
        List<XElement> stay = [];
        foreach (MachineDisk disk in definition.Disks)
        {
            if (DomainDevices.Disk(domain, disk) is { } there) stay.Add(there);
        }

        if (definition.Seed is not null)
            stay.AddRange(devices.Elements("disk").Where(IsSeed));
        devices.Elements("disk").Where(disk => !stay.Contains(disk) && IsOurs(disk)).Remove();
        HashSet<string> targets = [.. devices.Elements("disk").Select(disk => (string?)disk.Element("target")?.Attribute("dev")).OfType<string>()];
        foreach (MachineDisk disk in definition.Disks)
        {
            if (DomainDevices.Disk(domain, disk) is not { } there)
            {
                devices.Add(DiskXml.Write(disk, DomainNames.TakeTarget(disk.Bus, targets)));
                continue;
            }

            XElement now = DiskXml.Write(disk, (string?)there.Element("target")?.Attribute("dev") ?? "");
            if ((string?)now.Element("target")?.Attribute("bus") != (string?)there.Element("target")?.Attribute("bus"))
            {
                // Elsewhere on another bus.
                there.ReplaceWith(DiskXml.Write(disk, DomainNames.TakeTarget(disk.Bus, targets)));
                continue;
            }

            Attachments.Renew(there, now, "driver", "source", "backingStore", "readonly", "boot");
        }

        if (definition.Seed is not null && !devices.Elements("disk").Any(IsSeed) && wanted.Elements("devices").Elements("disk").FirstOrDefault(IsSeed) is { } seed)
        {
            seed.Element("target")!.SetAttributeValue("dev", DomainNames.TakeTarget(DiskBus.Virtio, targets));
            devices.Add(seed);
        }

        bool IsOurs(XElement disk) => copy is null || Twin(copy, disk) is not null;
    }

    private static bool IsSeed(XElement disk) => (string?)disk.Element("serial") == DomainNames.SeedSerial;

    private static void ChangeNics(XElement domain, XElement devices, XElement wanted, XElement? copy, MachineDefinition definition)
    {
        List<MachineNic> nics = [.. definition.Nics.Where(nic => nic.Attachment is not UserNic)];
        devices.Elements("interface").Where(there => nics.All(nic => DomainDevices.Nic(domain, nic.MacAddress) != there) && (copy is null || Twin(copy, there) is not null)).Remove();
        foreach (MachineNic nic in nics)
        {
            if (DomainDevices.Nic(domain, nic.MacAddress) is not { } there) devices.Add(NicXml.Write(nic));
            else Attachments.Renew(there, NicXml.Write(nic), "source", "virtualport", "target", "driver", "mtu", "boot");
        }

        IReadOnlyDictionary<string, int> slots = UserNicArguments.SlotsOf(domain);
        UserNicArguments.Remove(domain);
        if (UserNicArguments.Write(definition.Nics, slots) is not { } arguments)
            return;
        if (domain.Element(UserNicArguments.Namespace + "commandline") is { } line) line.Add(arguments.Elements());
        else domain.Add(arguments);
        if (wanted.Attribute(XNamespace.Xmlns + "qemu") is { } prefix && domain.Attribute(prefix.Name) is null) domain.Add(new XAttribute(prefix));
    }

    private static void ChangeSerials(XElement devices, XElement wanted)
    {
        XElement[] there = [.. devices.Elements("serial")];
        XElement[] now = [.. wanted.Elements("devices").Elements("serial")];
        if (there.Select(LogOf).SequenceEqual(now.Select(LogOf)))
            return;
        there.Remove();
        // The console is the first serial port once more: libvirt writes it out.
        devices.Elements("console").Remove();
        devices.Add(now);

        static string? LogOf(XElement serial) => (string?)serial.Element("log")?.Attribute("file");
    }

    private static void ChangeChannels(XElement devices, XElement wanted, XElement? copy)
    {
        XElement[] now = [.. wanted.Elements("devices").Elements("channel")];
        devices.Elements("channel").Where(there => !now.Any(channel => NameOf(channel) == NameOf(there)) && (copy is null || Twin(copy, there) is not null)).Remove();
        devices.Add(now.Where(channel => !devices.Elements("channel").Any(there => NameOf(there) == NameOf(channel))));

        static string? NameOf(XElement channel) => (string?)channel.Element("target")?.Attribute("name");
    }

    private static void ChangeOthers(XElement devices, XElement wanted, XElement? copy)
    {
        Replace("graphics", element => (string?)element.Attribute("type"));
        Replace("video", element => (string?)element.Element("model")?.Attribute("type"));
        Replace("watchdog", element => $"{(string?)element.Attribute("model")} {(string?)element.Attribute("action")}");

        void Replace(string kind, Func<XElement, string?> said)
        {
            XElement[] now = [.. wanted.Elements("devices").Elements(kind)];
            XElement[] ours = [.. devices.Elements(kind).Where(element => copy is null || copy.Elements("devices").Elements(kind).Any(other => said(other) == said(element)))];
            if (ours.Select(said).SequenceEqual(now.Select(said)))
                return;
            ours.Remove();
            devices.Add(now);
        }
    }

    /// <summary>The device of a domain that is the same as one of another.</summary>
    private static XElement? Twin(XElement domain, XElement device)
    {
        string identity = Identity(device);
        int index = device.ElementsBeforeSelf(device.Name).Count(other => Identity(other) == identity);
        return domain.Elements("devices").Elements(device.Name).Where(other => Identity(other) == identity).ElementAtOrDefault(index);
    }

    private static string Identity(XElement device) => device.Name.LocalName switch
    {
        "disk" => (string?)device.Element("alias")?.Attribute("name") ?? (string?)device.Element("serial") ?? (string?)device.Element("target")?.Attribute("dev") ?? "",
        "interface" => ((string?)device.Element("mac")?.Attribute("address") ?? "").ToUpperInvariant(),
        "controller" => $"{(string?)device.Attribute("type")} {(string?)device.Attribute("index")}",
        "channel" => (string?)device.Element("target")?.Attribute("name") ?? "",
        _ => "",
    };
}
