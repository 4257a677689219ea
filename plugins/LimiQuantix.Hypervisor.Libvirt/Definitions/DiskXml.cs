using System.Globalization;
using System.Xml.Linq;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Storage;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>A disk or CD drive as libvirt writes it (https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms).</summary>
internal static class DiskXml
{
    public static XElement Write(MachineDisk disk, string target)
    {
        bool isCd = disk.Kind == DiskKind.Cd;
        (string type, XElement driver, XElement? source) = disk.Attachment switch
        {
            FileDisk file => ("file", Driver(file.Format == DiskFormat.Qcow2 ? "qcow2" : "raw", isCd), new XElement("source", new XAttribute("file", file.Path))),
            BlockDisk block => ("block", Uncached(isCd), new XElement("source", new XAttribute("dev", block.Path))),
            NbdDisk nbd => ("network", Driver("raw", isCd), Nbd(nbd)),
            RbdDisk rbd => ("network", Driver("raw", isCd), Rbd(rbd, disk.VolumeId!.Value)),
            null => ("file", Driver("raw", isCd), (XElement?)null),
            _ => throw new InvalidOperationException($"{disk.Attachment.GetType().Name} was not refused."),
        };
        return new XElement(
            "disk",
            new XAttribute("type", type),
            new XAttribute("device", isCd ? "cdrom" : "disk"),
            driver,
            source,
            new XElement("target", new XAttribute("dev", target), new XAttribute("bus", BusName(disk.Bus))),
            isCd || disk.Attachment?.IsReadOnly == true ? new XElement("readonly") : null,
            // A drive's discs come and go; a disk is known by what it holds.
            isCd ? null : new XElement("serial", DomainNames.DiskSerial(disk.VolumeId!.Value)),
            disk.BootOrder is { } order ? new XElement("boot", new XAttribute("order", order)) : null,
            new XElement("alias", new XAttribute("name", DomainNames.Alias(disk.Id))));
    }

    /// <summary>The cloud-init seed. Debian's cloud kernel has no AHCI: a CD drive would be invisible to it.</summary>
    public static XElement WriteSeed(string path, string target) => new(
        "disk",
        new XAttribute("type", "file"),
        new XAttribute("device", "disk"),
        Driver("raw", isCd: false),
        new XElement("source", new XAttribute("file", path)),
        new XElement("target", new XAttribute("dev", target), new XAttribute("bus", "virtio")),
        new XElement("readonly"),
        new XElement("serial", DomainNames.SeedSerial));

    private static string BusName(DiskBus bus) => bus switch
    {
        DiskBus.Virtio => "virtio",
        DiskBus.Scsi => "scsi",
        DiskBus.Sata => "sata",
        _ => throw new InvalidOperationException($"{bus} was not refused."),
    };

    private static XElement Driver(string format, bool isCd) => new(
        "driver", new XAttribute("name", "qemu"), new XAttribute("type", format), isCd ? null : new XAttribute("discard", "unmap"));

    private static XElement Uncached(bool isCd) => new(
        "driver",
        new XAttribute("name", "qemu"),
        new XAttribute("type", "raw"),
        new XAttribute("cache", "none"),
        new XAttribute("io", "native"),
        isCd ? null : new XAttribute("discard", "unmap"));

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
