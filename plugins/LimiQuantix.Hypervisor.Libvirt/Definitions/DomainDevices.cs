using System.Xml.Linq;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>Finds a definition's devices in a domain.</summary>
internal static class DomainDevices
{
    /// <summary>The element of a disk: by its alias, or, in a domain that an earlier version defined, by its serial number.</summary>
    public static XElement? Disk(XElement domain, MachineDisk disk)
    {
        XElement[] disks = [.. domain.Elements("devices").Elements("disk")];
        return Array.Find(disks, element => (string?)element.Element("alias")?.Attribute("name") == DomainNames.Alias(disk.Id))
            ?? (disk.VolumeId is { } volume ? Array.Find(disks, element => (string?)element.Element("serial") == DomainNames.DiskSerial(volume)) : null);
    }

    /// <summary>The element of an interface, by its MAC address.</summary>
    public static XElement? Nic(XElement domain, string macAddress) => domain.Elements("devices").Elements("interface")
        .FirstOrDefault(element => string.Equals((string?)element.Element("mac")?.Attribute("address"), macAddress, StringComparison.OrdinalIgnoreCase));
}
