using System.Globalization;
using System.Xml.Linq;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>A disk as libvirt writes it (https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms): always virtio-blk.</summary>
internal static class DiskXml
{
    public static XElement Write(MachineDisk disk, int index)
    {
        (string type, XElement driver, XElement source) = disk.Attachment switch
        {
            FileDisk file => ("file", Driver(file.Format == DiskFormat.Qcow2 ? "qcow2" : "raw"), new XElement("source", new XAttribute("file", file.Path))),
            BlockDisk block => ("block", Uncached(), new XElement("source", new XAttribute("dev", block.Path))),
            NbdDisk nbd => ("network", Driver("raw"), Nbd(nbd)),
            RbdDisk rbd => ("network", Driver("raw"), Rbd(rbd, disk.VolumeId)),
            _ => throw new InvalidOperationException($"{disk.Attachment.GetType().Name} was not refused."),
        };
        return Element(type, driver, source, index, disk.Attachment.IsReadOnly, DomainNames.DiskSerial(disk.VolumeId));
    }

    /// <summary>The cloud-init seed. Debian's cloud kernel has no AHCI: a CD drive would be invisible to it.</summary>
    public static XElement WriteSeed(string path, int index) =>
        Element("file", Driver("raw"), new XElement("source", new XAttribute("file", path)), index, isReadOnly: true, "cidata");

    private static XElement Element(string type, XElement driver, XElement source, int index, bool isReadOnly, string serial) => new(
        "disk",
        new XAttribute("type", type),
        new XAttribute("device", "disk"),
        driver,
        source,
        new XElement("target", new XAttribute("dev", DomainNames.DiskTarget(index)), new XAttribute("bus", "virtio")),
        isReadOnly ? new XElement("readonly") : null,
        new XElement("serial", serial),
        // The first disk boots; no other is tried.
        index == 0 ? new XElement("boot", new XAttribute("order", 1)) : null);

    private static XElement Driver(string format) => new(
        "driver", new XAttribute("name", "qemu"), new XAttribute("type", format), new XAttribute("discard", "unmap"));

    private static XElement Uncached() => new(
        "driver",
        new XAttribute("name", "qemu"),
        new XAttribute("type", "raw"),
        new XAttribute("cache", "none"),
        new XAttribute("io", "native"),
        new XAttribute("discard", "unmap"));

    private static XElement Nbd(NbdDisk nbd) => new(
        "source",
        new XAttribute("protocol", "nbd"),
        nbd.ExportName.Length == 0 ? null : new XAttribute("name", nbd.ExportName),
        new XElement("host", new XAttribute("transport", "unix"), new XAttribute("socket", nbd.SocketPath)));

    private static XElement Rbd(RbdDisk rbd, Guid volumeId) => new(
        "source",
        new XAttribute("protocol", "rbd"),
        new XAttribute("name", $"{rbd.Pool}/{rbd.Image}"),
        rbd.Monitors.Select(monitor => Host(HostAndPort.Parse(monitor)!)),
        rbd.User is null
            ? null
            : new XElement(
                "auth",
                new XAttribute("username", rbd.User),
                new XElement("secret", new XAttribute("type", "ceph"), new XAttribute("uuid", volumeId.ToString("D")))));

    private static XElement Host(HostAndPort monitor) => new(
        "host", new XAttribute("name", monitor.Host), new XAttribute("port", monitor.Port.ToString(CultureInfo.InvariantCulture)));
}
