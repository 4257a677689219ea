using System.Xml.Linq;

namespace LibvirtSharp.Tests;

internal sealed class DomainXmlTests
{
    private const string Xml = """
        <!-- made by hand -->
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>a &amp; b</name>   <uuid>00112233-4455-6677-8899-aabbccddeeff</uuid>
          <metadata><own:thing xmlns:own="urn:own" z="1" a="2"><own:deep/></own:thing></metadata>
          <memory unit='MiB'>64</memory>
          <future-element kind="unknown"><![CDATA[<raw>]]></future-element>
          <devices>
            <disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>
            <graphics type='vnc' passwd='secret'/>
          </devices>
          <qemu:commandline>
            <qemu:arg value='-foo'/>
          </qemu:commandline>
        </domain>
        """;

    [Test]
    public void Unchanged_xml_comes_back_with_everything_in_it()
    {
        string text = DomainXml.Parse(Xml).ToString();
        // An XML reader does not tell one quotation mark from the other; nothing else differs.
        Assert.That(text, Is.EqualTo(Xml.Replace('\'', '"').Replace("/>", " />", StringComparison.Ordinal)));
    }

    [Test]
    public void Line_ends_that_were_written_as_references_stay()
    {
        const string Ends = "<domain><name>a&#xD;b</name><metadata><m xmlns=\"urn:m\" v=\"1&#xD;&#xA;2\">one&#xD;\ntwo\nthree</m></metadata></domain>";
        Assert.That(DomainXml.Parse(Ends).ToString(), Is.EqualTo(Ends));
    }

    [Test]
    public void Line_ends_in_texts_and_attributes_keep_their_value()
    {
        // As libvirt writes them; an XML parser would make line feeds and blanks of them.
        DomainXml domain = DomainXml.Parse("<domain>\n  <description>one\r\ntwo\rthree</description>\n  <disk file=\"a\nb\tc\"/>\n</domain>");
        Assert.That(domain.Root.Element("description")!.Value, Is.EqualTo("one\r\ntwo\rthree"));
        Assert.That((string?)domain.Root.Element("disk")!.Attribute("file"), Is.EqualTo("a\nb\tc"));
        Assert.That(DomainXml.Parse(domain.ToString()).ToString(), Is.EqualTo(domain.ToString()));
        XElement read = XElement.Parse(domain.ToString());
        Assert.That((read.Element("description")!.Value, (string?)read.Element("disk")!.Attribute("file")), Is.EqualTo(("one\r\ntwo\rthree", "a\nb\tc")));
    }

    [Test]
    public void File_whose_lines_end_with_two_characters_has_texts_whose_lines_end_with_one()
    {
        DomainXml domain = DomainXml.Parse("<domain>\r\n  <description>one\r\ntwo</description>\r\n</domain>");
        Assert.That(domain.ToString(), Is.EqualTo("<domain>\n  <description>one\ntwo</description>\n</domain>"));
    }

    // An attribute cannot hold these: the compiler writes its texts as UTF-8.
    private static readonly string[] NoTexts = ["half \ud800 a pair", "half a pair \udc00", "nul \0"];

    [Test]
    public void Text_that_xml_cannot_hold_is_refused_when_it_is_written([Range(0, 2)] int which)
    {
        DomainXml domain = DomainXml.Parse("<domain/>");
        domain.Name = NoTexts[which];
        Assert.That(() => domain.ToString(), Throws.ArgumentException);
    }

    [Test]
    public void Xml_nested_without_end_is_refused()
    {
        const int Levels = 200_000;
        string deep = "<domain>" + string.Concat(Enumerable.Repeat("<a>", Levels)) + string.Concat(Enumerable.Repeat("</a>", Levels)) + "</domain>";
        Assert.That(() => DomainXml.Parse(deep), Throws.TypeOf<FormatException>().With.Message.Contains("256"));
    }

    [Test]
    public void Looking_at_devices_changes_nothing()
    {
        DomainXml domain = DomainXml.Parse("<domain />");
        Assert.That(domain.DevicesOf("disk"), Is.Empty);
        Assert.That(domain.ToString(), Is.EqualTo("<domain />"));
    }

    [Test]
    public void Change_leaves_the_rest_as_it_was()
    {
        DomainXml domain = DomainXml.Parse(Xml);
        Assert.That((domain.Name, domain.MemoryBytes, domain.VirtualCpus), Is.EqualTo(("a & b", (long?)(64L << 20), (int?)null)));
        string before = domain.ToString();
        domain.MemoryBytes = 128L << 20;
        Assert.That(domain.ToString(), Is.EqualTo(before.Replace("<memory unit=\"MiB\">64</memory>", "<memory unit=\"KiB\">131072</memory>", StringComparison.Ordinal)));
        domain.VirtualCpus = 2;
        domain.SetMetadata("urn:own", new XElement(XName.Get("thing", "urn:own")));
        domain.SetMetadata("urn:other", new XElement(XName.Get("x", "urn:other")));
        domain.DevicesOf("disk").Single().Add(new XElement("alias", new XAttribute("name", "ua-1")));
        DomainXml again = DomainXml.Parse(domain.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(again.VirtualCpus, Is.EqualTo(2));
            Assert.That(again.Uuid, Is.EqualTo(new Guid("00112233-4455-6677-8899-aabbccddeeff")));
            Assert.That(again.GetMetadata("urn:own")!.HasAttributes && again.GetMetadata("urn:own")!.Attribute("z") is not null, Is.False);
            Assert.That(again.GetMetadata("urn:other"), Is.Not.Null);
            Assert.That(again.ToString(), Does.Contain("<future-element kind=\"unknown\"><![CDATA[<raw>]]></future-element>"));
            Assert.That(again.ToString(), Does.Contain("<qemu:arg value=\"-foo\" />").And.Contain("passwd=\"secret\"").And.Contain("ua-1"));
        });
    }

    [TestCase("not xml")]
    [TestCase("<network/>")]
    [TestCase("<domain>")]
    [TestCase("<!DOCTYPE d [<!ENTITY x 'y'>]><domain>&x;</domain>")]
    public void Text_that_is_no_domain_is_refused(string text) => Assert.Throws<FormatException>(() => DomainXml.Parse(text));

    [TestCase("1", null, 1024)]
    [TestCase("1", "KB", 1000)]
    [TestCase("3", "bytes", 3)]
    [TestCase("3", "byte", 3)]
    [TestCase("3", "gib", 3L << 30)]
    [TestCase(" 2 ", "GiB", 2L << 30)]
    [TestCase("2", "T", 2L << 40)]
    public void Size_has_libvirts_units(string number, string? unit, long bytes) => Assert.That(SizeUnits.ToBytes(number, unit), Is.EqualTo(bytes));

    [TestCase("x", null)]
    [TestCase("-1", null)]
    [TestCase("1", "parsec")]
    [TestCase("9223372036854775807", "GiB")]
    public void Size_that_is_none_is_refused(string number, string? unit) => Assert.Throws<FormatException>(() => SizeUnits.ToBytes(number, unit));

    [Test]
    public void Metadata_without_a_namespace_is_refused() =>
        Assert.Throws<ArgumentException>(() => DomainXml.Parse(Xml).SetMetadata(XNamespace.None, new XElement("x")));
}
