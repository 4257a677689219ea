using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LibvirtSharp;

/// <summary>
/// A domain's XML to be read and changed. What is not changed stays as it was, to the letter: elements and namespaces nobody here
/// knows, their order, comments, white space, carriage returns and line feeds in texts and attributes, which libvirt writes as they are and an XML
/// parser would change. Only a text whose lines end with CR LF throughout is read as a file of such lines. What has no member is reached
/// through <see cref="Root"/>.
/// </summary>
public sealed class DomainXml
{
    /// <summary>As deep as libvirt's own parser goes (libxml2's xmlParserMaxDepth).</summary>
    private const int MostLevels = 256;

    /// <summary>Nothing is indented, and no line end becomes another.</summary>
    private static readonly XmlWriterSettings Unchanged = new()
    {
        OmitXmlDeclaration = true,
        ConformanceLevel = ConformanceLevel.Fragment,
        NewLineHandling = NewLineHandling.Entitize,
    };

    private readonly XDocument _document;

    private DomainXml(XDocument document) => _document = document;

    /// <summary>The <c>domain</c> element.</summary>
    public XElement Root => _document.Root!;

    /// <summary>The <c>devices</c> element; made when it is absent.</summary>
    public XElement Devices => Child(Root, "devices");

    /// <summary>The domain's name; null when it has none.</summary>
    public string? Name
    {
        get => Root.Element("name")?.Value;
        set => SetText("name", value);
    }

    /// <summary>The domain's UUID; null when libvirt is to choose one.</summary>
    /// <exception cref="FormatException">The XML has no UUID there.</exception>
    public Guid? Uuid
    {
        get => Root.Element("uuid") is { } element ? Guid.Parse(element.Value.Trim()) : null;
        set => SetText("uuid", value?.ToString());
    }

    /// <summary>The most memory the domain may have, in bytes; written in KiB.</summary>
    /// <exception cref="FormatException">The XML has no size there.</exception>
    public long? MemoryBytes
    {
        get => Size("memory");
        set => SetSize("memory", value);
    }

    /// <summary>The memory the domain has at its start, in bytes; written in KiB.</summary>
    /// <exception cref="FormatException">The XML has no size there.</exception>
    public long? CurrentMemoryBytes
    {
        get => Size("currentMemory");
        set => SetSize("currentMemory", value);
    }

    /// <summary>The number of virtual processors.</summary>
    /// <exception cref="FormatException">The XML has no number there.</exception>
    public int? VirtualCpus
    {
        get => Root.Element("vcpu") is { } element ? int.Parse(element.Value.Trim(), CultureInfo.InvariantCulture) : null;
        set => SetText("vcpu", value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads XML as libvirt gives it. Document types are refused, so that nothing is loaded or expanded.</summary>
    /// <exception cref="FormatException">It is no XML, or not a domain's.</exception>
    public static DomainXml Parse(string xml)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            RefuseDeep(xml, settings);
            XDocument document = Load(xml, normalize: false);
            if (document.DescendantNodes().OfType<XText>().Any(text => text.Value.Contains('\r', StringComparison.Ordinal) && string.IsNullOrWhiteSpace(text.Value)))
                document = Load(xml, normalize: true);
            return document.Root?.Name.LocalName == "domain"
                ? new DomainXml(document)
                : throw new FormatException($"The XML is of a '{document.Root?.Name.LocalName}', not of a domain.");
        }
        catch (XmlException error)
        {
            throw new FormatException($"The domain's XML cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The devices of one kind, <c>disk</c>, <c>interface</c>, in their order.</summary>
    public IEnumerable<XElement> DevicesOf(string kind) => Root.Element("devices")?.Elements(kind) ?? [];

    /// <summary>
    /// Sets the domain's metadata element of a namespace, in place of the one that is there; null removes it. libvirt keeps one
    /// element of each namespace.
    /// </summary>
    /// <exception cref="ArgumentException">The element has no namespace or another.</exception>
    public void SetMetadata(XNamespace ns, XElement? element)
    {
        ArgumentNullException.ThrowIfNull(ns);
        if (element is not null && (element.Name.Namespace != ns || ns == XNamespace.None))
            throw new ArgumentException("Metadata must have its own namespace; libvirt drops what has none.", nameof(element));
        Root.Element("metadata")?.Elements().Where(each => each.Name.Namespace == ns).Remove();
        if (element is not null)
            Child(Root, "metadata").Add(element);
    }

    /// <summary>The domain's metadata element of a namespace; null when there is none.</summary>
    public XElement? GetMetadata(XNamespace ns) => Root.Element("metadata")?.Elements().FirstOrDefault(each => each.Name.Namespace == ns);

    /// <summary>The XML, unchanged where nothing was changed.</summary>
    /// <exception cref="ArgumentException">A text that was set is none that XML can hold: it has a control character or half of a surrogate pair.</exception>
    public override string ToString()
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, Unchanged))
        {
            foreach (XNode node in _document.Nodes())
                node.WriteTo(writer);
        }
        return text.ToString();
    }

    /// <param name="xml">What was found to be XML without a document type.</param>
    /// <param name="normalize">Whether CR LF becomes LF, and white space in attributes blanks, as in XML's specification.</param>
    private static XDocument Load(string xml, bool normalize)
    {
        using var text = new StringReader(xml);
        using var reader = new XmlTextReader(text) { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, Normalization = normalize };
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    /// <summary>What is nested without end takes quadratic time to load.</summary>
    private static void RefuseDeep(string xml, XmlReaderSettings settings)
    {
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, settings);
        while (reader.Read())
        {
            if (reader.Depth > MostLevels)
                throw new FormatException($"The domain's XML has elements nested more than {MostLevels} deep.");
        }
    }

    private static XElement Child(XElement parent, string name)
    {
        if (parent.Element(name) is { } found)
            return found;
        var child = new XElement(name);
        parent.Add(child);
        return child;
    }

    private void SetText(string name, string? value)
    {
        if (value is null)
            Root.Element(name)?.Remove();
        else
            Child(Root, name).Value = value;
    }

    private long? Size(string name) => Root.Element(name) is { } element ? SizeUnits.ToBytes(element.Value, (string?)element.Attribute("unit")) : null;

    private void SetSize(string name, long? bytes)
    {
        if (bytes < 0 || bytes % 1024 != 0)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "Memory is whole kibibytes.");
        SetText(name, (bytes / 1024)?.ToString(CultureInfo.InvariantCulture));
        if (bytes is not null)
            Root.Element(name)!.SetAttributeValue("unit", "KiB");
    }
}
