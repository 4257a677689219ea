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
    /// <summary>Replaces the attachments and the mark. Devices are found by their target and MAC address.</summary>
    /// <returns>The device that the domain lacks; <see langword="null"/> when all were there.</returns>
    public static string? Replace(XElement domain, MachineDefinition definition, string digest)
    {
        XElement[] disks = [.. domain.Elements("devices").Elements("disk")];
        foreach ((int index, MachineDisk disk) in definition.Disks.Index())
        {
            string target = DomainNames.DiskTarget(index);
            if (disks.FirstOrDefault(element => (string?)element.Element("target")?.Attribute("dev") == target) is not { } there)
                return $"disk {target}";
            Renew(there, DiskXml.Write(disk, index), "driver", "source", "backingStore");
        }

        XElement[] nics = [.. domain.Elements("devices").Elements("interface")];
        foreach (MachineNic nic in definition.Nics.Where(nic => nic.Attachment is not UserNic))
        {
            if (nics.FirstOrDefault(element => string.Equals((string?)element.Element("mac")?.Attribute("address"), nic.MacAddress, StringComparison.OrdinalIgnoreCase)) is not { } there)
                return $"interface {nic.MacAddress}";
            Renew(there, NicXml.Write(nic), "source", "virtualport", "driver", "mtu");
        }

        if (UserNicArguments.Write(definition.Nics) is { } arguments && !UserNicArguments.Replace(domain, arguments))
            return "user-mode interface";
        domain.Element("metadata")?.Elements(DomainMetadata.Namespace + "machine").Remove();
        (domain.Element("metadata") ?? AddMetadata(domain)).Add(DomainMetadata.Write(definition, digest));
        return null;
    }

    private static void Renew(XElement there, XElement wanted, params string[] parts)
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
