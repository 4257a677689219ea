using System.Xml.Linq;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// Puts the attachments of a definition into a domain that was made from an earlier one: what reaches the disks and interfaces is
/// replaced, and everything else stays as it is, whoever wrote it.
/// </summary>
internal static class Attachments
{
    /// <summary>Replaces the attachments and the mark. Devices are found by their id or serial number, and MAC address.</summary>
    /// <returns>The device that the domain lacks; <see langword="null"/> when all were there.</returns>
    public static string? Replace(XElement domain, MachineDefinition definition, string digest)
    {
        foreach (MachineDisk disk in definition.Disks)
        {
            if (DomainDevices.Disk(domain, disk) is not { } there)
                return disk.Kind == DiskKind.Cd ? $"CD drive {disk.Id}" : $"disk of volume {disk.VolumeId}";
            Renew(there, DiskXml.Write(disk, (string?)there.Element("target")?.Attribute("dev") ?? ""), "driver", "source", "backingStore");
        }

        foreach (MachineNic nic in definition.Nics.Where(nic => nic.Attachment is not UserNic))
        {
            if (DomainDevices.Nic(domain, nic.MacAddress) is not { } there)
                return $"interface {nic.MacAddress}";
            Renew(there, NicXml.Write(nic), "source", "virtualport", "driver", "mtu");
        }

        if (UserNicArguments.Write(definition.Nics, UserNicArguments.SlotsOf(domain)) is { } arguments && !UserNicArguments.Replace(domain, arguments))
            return "user-mode interface";
        domain.Element("metadata")?.Elements(DomainMetadata.Namespace + "machine").Remove();
        (domain.Element("metadata") ?? AddMetadata(domain)).Add(DomainMetadata.Write(definition, digest));
        return null;
    }

    /// <summary>Replaces what reaches a device.</summary>
    public static void Renew(XElement there, XElement wanted, params string[] parts)
    {
        there.SetAttributeValue("type", (string?)wanted.Attribute("type"));
        foreach (string part in parts)
        {
            XElement? now = wanted.Element(part);
            XElement? before = there.Element(part);
            if (before is not null && now is not null)
                before.ReplaceWith(now);
            else if (now is not null)
                there.AddFirst(now);
            else
                before?.Remove();
        }
    }

    private static XElement AddMetadata(XElement domain)
    {
        var metadata = new XElement("metadata");
        domain.Add(metadata);
        return metadata;
    }
}
