using System.Xml.Linq;

namespace LimiQuantix.Hypervisor.Libvirt.Definitions;

/// <summary>
/// What a domain keeps of the calls that changed it: an element of its <c>metadata</c> in a namespace apart from our other mark, because libvirt
/// replaces one namespace's element at a time and this one changes often. It is no part of the definition.
/// </summary>
internal static class DomainMark
{
    public const string Prefix = "lqf";

    private const string Name = "mark";

    public static readonly XNamespace Namespace = "https://limiquantix.dev/xmlns/libvirt/fence/1";

    public static XElement Write(ProviderMark mark) => new(Namespace + Name, new XAttribute(XNamespace.Xmlns + Prefix, Namespace), mark.ToString());

    /// <summary>The element as libvirt wants it when it is to replace the one that is there: it puts it into the namespace by itself.</summary>
    public static string WriteBare(ProviderMark mark) => new XElement(Name, mark.ToString()).ToString(SaveOptions.DisableFormatting);

    /// <summary>The mark of a domain; <see langword="null"/> when it has none that can be read.</summary>
    public static ProviderMark? Read(XElement domain) =>
        ProviderMark.TryParse((string?)domain.Element("metadata")?.Element(Namespace + Name), out ProviderMark? mark) ? mark : null;
}
