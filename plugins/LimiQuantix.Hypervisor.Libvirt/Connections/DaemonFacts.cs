using System.Xml.Linq;
using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Files;

namespace LimiQuantix.Hypervisor.Libvirt.Connections;

/// <summary>What a daemon says of itself and its node.</summary>
internal sealed record DaemonFacts
{
    /// <summary>The connection that was asked: after a reconnection it may be another daemon, with another QEMU.</summary>
    public required LibvirtConnection Connection { get; init; }

    /// <summary>Whom QEMU runs as.</summary>
    public required GuestUser GuestUser { get; init; }

    /// <summary>Whether the daemon itself sees a KVM for x86-64 guests; it may live in a namespace without one.</summary>
    public required bool HasKvm { get; init; }

    /// <summary>Whether it knows any QEMU for x86-64 guests.</summary>
    public required bool HasQemu { get; init; }

    /// <summary>The node's architecture, as the kernel names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>The security models that confine QEMU, such as <c>apparmor</c>.</summary>
    public required IReadOnlyList<string> SecurityModels { get; init; }

    /// <summary>The daemon's version.</summary>
    public required string LibvirtVersion { get; init; }

    /// <summary>Reads a daemon's capabilities (https://libvirt.org/formatcaps.html).</summary>
    public static DaemonFacts Read(LibvirtConnection connection, Version version, XElement capabilities)
    {
        XElement? arch = capabilities.Elements("guest").Elements("arch").FirstOrDefault(arch => (string?)arch.Attribute("name") == "x86_64");
        return new DaemonFacts
        {
            Connection = connection,
            LibvirtVersion = version.ToString(),
            GuestUser = GuestUser.Of(capabilities),
            HasKvm = arch?.Elements("domain").Any(domain => (string?)domain.Attribute("type") == "kvm") ?? false,
            HasQemu = arch is not null,
            Architecture = (string?)capabilities.Element("host")?.Element("cpu")?.Element("arch") ?? "unknown",
            SecurityModels = [.. capabilities.Elements("host").Elements("secmodel").Elements("model").Select(model => model.Value)],
        };
    }
}
