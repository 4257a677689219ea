using System.Xml.Linq;
using LimiQuantix.Hypervisor.Libvirt.Definitions;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>
/// Compares two definitions of a domain and says each difference as a sentence. Elements that occur several times are paired by what
/// identifies them (a disk's target, an interface's MAC address, a controller's kind and index), so that one removed disk is one difference.
/// </summary>
internal static class DomainDrift
{
    private const int MaximumSentences = 32;
    private const int MaximumValue = 80;

    /// <summary>What somebody changed in the definition since we made it.</summary>
    /// <param name="copy">The definition as it was.</param>
    /// <param name="now">The definition as it is.</param>
    /// <param name="libvirtVersion">The daemon's version now: another one writes out more than it did, which nobody changed.</param>
    public static IEnumerable<string> Compare(DefinedCopy copy, XElement now, string libvirtVersion) =>
        Differences(copy.Domain, now, "", withAdditions: copy.LibvirtVersion == libvirtVersion).Take(MaximumSentences);

    /// <summary>What the running machine has other than its definition: disks and interfaces plugged or pulled, memory and processors.</summary>
    public static IEnumerable<string> CompareLive(XElement definition, XElement live)
    {
        foreach (string kind in (string[])["disk", "interface"])
        {
            Dictionary<string, XElement> wanted = Devices(definition, kind);
            Dictionary<string, XElement> there = Devices(live, kind);
            foreach (string key in wanted.Keys.Except(there.Keys))
                yield return $"The running machine lacks {kind} '{key}' of its definition.";
            foreach (string key in there.Keys.Except(wanted.Keys))
                yield return $"The running machine has {kind} '{key}', which its definition has not.";
        }

        foreach (string name in (string[])["memory", "vcpu"])
        {
            if ((string?)definition.Element(name) is { } wanted && (string?)live.Element(name) is { } there && wanted != there)
                yield return $"The running machine has {name} {there} and its definition {wanted}.";
        }
    }

    private static IEnumerable<string> Differences(XElement before, XElement now, string path, bool withAdditions)
    {
        string here = $"{path}/{before.Name.LocalName}{Label(before)}";
        foreach (XAttribute attribute in before.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            string? value = (string?)now.Attribute(attribute.Name);
            if (value is null)
                yield return $"{here} lost its {attribute.Name.LocalName}, which was '{Short(attribute.Value)}'.";
            else if (value != attribute.Value)
                yield return $"{here} has {attribute.Name.LocalName} '{Short(value)}', which was '{Short(attribute.Value)}'.";
        }

        foreach (XAttribute attribute in now.Attributes().Where(attribute => withAdditions && !attribute.IsNamespaceDeclaration))
        {
            if (before.Attribute(attribute.Name) is null)
                yield return $"{here} got {attribute.Name.LocalName} '{Short(attribute.Value)}'.";
        }

        if (Text(before) is { } was && Text(now) is { } text && was != text)
            yield return $"{here} is '{Short(text)}' and was '{Short(was)}'.";
        foreach (string difference in Children(before, now, here, withAdditions))
            yield return difference;
    }

    private static IEnumerable<string> Children(XElement before, XElement now, string here, bool withAdditions)
    {
        Dictionary<string, XElement> old = Keyed(before);
        Dictionary<string, XElement> current = Keyed(now);
        foreach ((string key, XElement element) in old)
        {
            if (!current.TryGetValue(key, out XElement? same))
            {
                yield return $"{here} lost {element.Name.LocalName}{Label(element)}.";
                continue;
            }

            foreach (string difference in Differences(element, same, here, withAdditions))
                yield return difference;
        }

        foreach ((string key, XElement element) in current)
        {
            if (!old.ContainsKey(key) && (withAdditions || IsDevice(element)))
                yield return $"{here} got {element.Name.LocalName}{Label(element)}.";
        }
    }

    private static Dictionary<string, XElement> Keyed(XElement parent)
    {
        var keyed = new Dictionary<string, XElement>(StringComparer.Ordinal);
        // What is kept of calls changes with them, by our own hand.
        foreach (XElement element in parent.Elements().Where(element => element.Name.Namespace != DomainMark.Namespace))
        {
            string key = element.Name + Label(element);
            // Twins that nothing tells apart are paired in their order.
            string unique = key;
            for (int twin = 2; !keyed.TryAdd(unique, element); twin++)
                unique = $"{key}#{twin}";
        }

        return keyed;
    }

    private static Dictionary<string, XElement> Devices(XElement domain, string kind) =>
        domain.Elements("devices").Elements(kind).Where(element => Identity(element) is not null)
            .DistinctBy(element => Identity(element)!).ToDictionary(element => Identity(element)!, StringComparer.Ordinal);

    private static string Label(XElement element) => Identity(element) is { } identity ? $"[{Short(identity)}]" : "";

    /// <summary>What tells an element from its siblings of the same name.</summary>
    private static string? Identity(XElement element) => element.Name.LocalName switch
    {
        "disk" => (string?)element.Element("target")?.Attribute("dev"),
        "interface" => (string?)element.Element("mac")?.Attribute("address"),
        "controller" => $"{(string?)element.Attribute("type")} {(string?)element.Attribute("index")}",
        "channel" => (string?)element.Element("target")?.Attribute("name"),
        "timer" or "feature" => (string?)element.Attribute("name"),
        "arg" or "env" => (string?)element.Attribute("value"),
        _ => null,
    };

    /// <summary>A disk or an interface is never something that a newer libvirt merely writes out.</summary>
    private static bool IsDevice(XElement element) => element.Name.LocalName is "disk" or "interface" or "hostdev" or "filesystem";

    private static string? Text(XElement element) => element.HasElements ? null : element.Value;

    private static string Short(string value) => value.Length <= MaximumValue ? value : value[..MaximumValue] + "…";
}
