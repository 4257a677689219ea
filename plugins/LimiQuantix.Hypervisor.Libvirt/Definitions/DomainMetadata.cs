using System.Xml.Linq;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>Our mark on a domain: an element of its <c>metadata</c> in a namespace of our own.</summary>
internal sealed record DomainMetadata
{
    public static readonly XNamespace Namespace = "https://limiquantix.dev/xmlns/libvirt/1";

    public required Ownership Ownership { get; init; }

    /// <summary>The digest of the definition that the domain was made from.</summary>
    public required string Digest { get; init; }

    /// <summary>The digest of that definition without its attachments; <see langword="null"/> on a domain of an earlier version.</summary>
    public string? Shape { get; init; }

    /// <summary>What the engine asked to be kept with the domain.</summary>
    public string? Record { get; init; }

    public static XElement Write(MachineDefinition definition, string digest) => new(
        Namespace + "machine",
        new XAttribute(XNamespace.Xmlns + Prefix, Namespace),
        new XAttribute("installation", definition.Ownership.InstallationId.ToString("D")),
        new XAttribute("id", definition.Ownership.ResourceId.ToString("D")),
        new XAttribute("definition", digest),
        new XAttribute("shape", DefinitionDigest.OfShape(definition)),
        new XElement(Namespace + "name", definition.DisplayName),
        definition.Record is { } record ? new XElement(Namespace + "record", record) : null);

    /// <summary>The element as libvirt wants it when it is to replace the one that is there: it puts all of it into the namespace by itself.</summary>
    public static string WriteBare(MachineDefinition definition, string digest)
    {
        XElement written = Write(definition, digest);
        foreach (XElement element in written.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        written.Attributes().Where(attribute => attribute.IsNamespaceDeclaration).Remove();
        return written.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>The prefix of the namespace.</summary>
    public const string Prefix = "lqx";

    /// <summary>The mark of a domain, or <see langword="null"/> when it has none that can be read.</summary>
    public static DomainMetadata? Read(XElement domain)
    {
        XElement? machine = domain.Element("metadata")?.Element(Namespace + "machine");
        return Guid.TryParse((string?)machine?.Attribute("installation"), out Guid installation)
            && Guid.TryParse((string?)machine?.Attribute("id"), out Guid id)
            && Guid.TryParse((string?)domain.Element("uuid"), out Guid uuid)
            // A clone made by hand copies the mark: it is not the machine.
            && uuid == id
                ? new DomainMetadata
                {
                    Ownership = new Ownership { InstallationId = installation, ResourceId = id },
                    Digest = (string?)machine?.Attribute("definition") ?? "",
                    Shape = (string?)machine?.Attribute("shape"),
                    Record = (string?)machine?.Element(Namespace + "record"),
                }
                : null;
    }
}
