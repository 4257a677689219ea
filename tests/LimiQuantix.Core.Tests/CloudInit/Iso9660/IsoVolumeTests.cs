using System.Text;
using LimiQuantix.Core.CloudInit.Iso9660;

namespace LimiQuantix.Core.Tests.CloudInit.Iso9660;

[TestFixture]
internal sealed class IsoVolumeTests
{
    [Test]
    public async Task Volume_begins_with_both_descriptors_and_a_terminator()
    {
        byte[] volume = await SampleVolume.SeedAsync();
        Assert.That(volume.AsSpan(0, 16 * 2048).ToArray(), Is.All.Zero);
        Assert.That(volume[(16 * 2048)..(16 * 2048 + 7)], Is.EqualTo(new byte[] { 1, 67, 68, 48, 48, 49, 1 }));
        Assert.That(volume[(17 * 2048)..(17 * 2048 + 7)], Is.EqualTo(new byte[] { 2, 67, 68, 48, 48, 49, 1 }));
        Assert.That(volume[(18 * 2048)..(18 * 2048 + 7)], Is.EqualTo(new byte[] { 255, 67, 68, 48, 48, 49, 1 }));
        Assert.That(volume[(17 * 2048 + 88)..(17 * 2048 + 91)], Is.EqualTo("%/E"u8.ToArray()));
    }

    [Test]
    public async Task Volume_is_as_long_as_its_descriptors_say()
    {
        byte[] volume = await SampleVolume.SeedAsync();
        Assert.That(new IsoReader(volume, 16).Sectors * 2048L, Is.EqualTo(volume.Length));
        Assert.That(new IsoReader(volume, 17).Sectors * 2048L, Is.EqualTo(volume.Length));
    }

    [TestCase("cidata")]
    [TestCase("CIDATA")]
    [TestCase("config-2")]
    [TestCase("A_label_of_16_ch")]
    public async Task Label_is_the_same_in_both_descriptors(string label)
    {
        byte[] volume = await SampleVolume.WriteAsync(label, ("a", "b"));
        Assert.That(Encoding.ASCII.GetString(new IsoReader(volume, 16).Label), Is.EqualTo(label.PadRight(32)));
        Assert.That(Encoding.BigEndianUnicode.GetString(new IsoReader(volume, 17).Label), Is.EqualTo(label.PadRight(16)));
    }

    [Test]
    public async Task Files_are_read_back_from_both_hierarchies_by_their_true_names()
    {
        byte[] volume = await SampleVolume.SeedAsync();
        IsoReader primary = new(volume, 16);
        IsoReader joliet = new(volume, 17);
        List<IsoRecord> primaryFiles = primary.List(primary.Root)[2..];
        List<IsoRecord> jolietFiles = joliet.List(joliet.Root)[2..];
        Assert.That(primaryFiles.Select(IsoReader.RockRidgeName), Is.EqualTo(SampleVolume.SeedFiles));
        Assert.That(jolietFiles.Select(file => Encoding.BigEndianUnicode.GetString(file.Identifier)), Is.EqualTo(SampleVolume.SeedFiles));
        Assert.That(primaryFiles.Select(primary.Content), Is.EqualTo(jolietFiles.Select(joliet.Content)));
        Assert.That(Encoding.UTF8.GetString(primary.Content(primaryFiles[0])), Is.EqualTo("instance-id: i-1\n"));
        Assert.That(primaryFiles[3].Length, Is.Zero);
    }

    [Test]
    public async Task Primary_identifiers_are_8_3_and_unique_when_the_names_collide()
    {
        byte[] volume = await SampleVolume.WriteAsync(
            "x", ("configuration-a.yaml", "1"), ("configuration-b.yaml", "2"), ("CONFIGURATION-c.yamlx", "3"), ("plain", "4"));
        IsoReader reader = new(volume, 16);
        string[] identifiers = [.. reader.List(reader.Root)[2..].Select(record => Encoding.ASCII.GetString(record.Identifier))];
        Assert.That(identifiers, Is.EqualTo(["CONFIGU1.YAM;1", "CONFIGU2.YAM;1", "CONFIGUR.YAM;1", "PLAIN.;1"]));
    }

    [Test]
    public async Task Nested_directories_are_in_both_path_tables_with_their_parents()
    {
        byte[] volume = await SampleVolume.WriteAsync(
            "config-2", ("openstack/latest/user_data", "u"), ("openstack/latest/meta_data.json", "{}"), ("ec2/latest/meta-data.json", "{}"));
        foreach (int descriptor in (int[])[16, 17])
        {
            IsoReader reader = new(volume, descriptor);
            List<(byte[] Identifier, uint Extent, ushort Parent)> table = reader.PathTable(littleEndian: true);
            Assert.That(reader.PathTable(littleEndian: false), Is.EqualTo(table));
            Assert.That(table.Select(entry => (int)entry.Parent), Is.EqualTo([1, 1, 1, 2, 3]));
            Assert.That(table[0].Extent, Is.EqualTo(reader.Root.Extent));
            IsoRecord openstack = reader.List(reader.Root)[3];
            IsoRecord latest = reader.List(openstack)[2];
            Assert.That(table[2].Extent, Is.EqualTo(openstack.Extent));
            Assert.That(table[4].Extent, Is.EqualTo(latest.Extent));
            Assert.That(reader.List(latest)[1].Extent, Is.EqualTo(openstack.Extent), "'..' leads to the parent");
            Assert.That(reader.List(latest)[2..].Select(reader.Content), Is.EquivalentTo([(byte[])[.. "u"u8], (byte[])[.. "{}"u8]]));
        }
    }

    [Test]
    public async Task Directory_of_many_sectors_holds_every_file()
    {
        (string, string)[] files = [.. Enumerable.Range(0, 500).Select(i => ($"file-with-a-rather-long-name-{i:D4}.txt", $"{i}"))];
        byte[] volume = await SampleVolume.WriteAsync("many", files);
        foreach (int descriptor in (int[])[16, 17])
        {
            IsoReader reader = new(volume, descriptor);
            List<IsoRecord> records = reader.List(reader.Root)[2..];
            Assert.That(records.Select(record => Encoding.UTF8.GetString(reader.Content(record))), Is.EquivalentTo(files.Select(file => file.Item2)));
            Assert.That(records.Zip(records.Skip(1)), Has.All.Matches<(IsoRecord A, IsoRecord B)>(
                pair => pair.A.Identifier.AsSpan().SequenceCompareTo(pair.B.Identifier) < 0));
        }
    }

    [Test]
    public async Task Equal_input_gives_equal_bytes()
    {
        byte[] first = await SampleVolume.SeedAsync();
        byte[] second = await SampleVolume.SeedAsync();
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task Timestamp_is_written_in_UTC()
    {
        IsoReader reader = new(await SampleVolume.SeedAsync(), 16);
        Assert.That(Encoding.ASCII.GetString(reader.Descriptor.Slice(813, 16)), Is.EqualTo("2026030403060700"));
    }

    [TestCase("", "1 to 16")]
    [TestCase("seventeen-letters", "has 17")]
    [TestCase("ci data", "U+0020")]
    [TestCase("çidata", "U+00E7")]
    public void Label_that_a_descriptor_cannot_hold_is_refused(string label, string reason)
    {
        Assert.That(() => new IsoVolume(label, SampleVolume.Timestamp), Throws.ArgumentException.With.Message.Contains(reason));
    }

    [TestCase("", "empty")]
    [TestCase("/user-data", "empty")]
    [TestCase("a//b", "empty")]
    [TestCase("../etc", "'..'")]
    [TestCase("a:b", "U+003A")]
    [TestCase("a\nb", "U+000A")]
    [TestCase("1/2/3/4/5/6/7/8", "eight levels")]
    public void File_name_that_the_volume_cannot_hold_is_refused(string path, string reason)
    {
        IsoVolume volume = new("x", SampleVolume.Timestamp);
        Assert.That(() => volume.AddFile(path, default), Throws.ArgumentException.With.Message.Contains(reason));
    }

    [Test]
    public void File_name_that_is_too_long_or_not_text_is_refused()
    {
        IsoVolume volume = new("x", SampleVolume.Timestamp);
        Assert.That(() => volume.AddFile(new string('a', 65), default), Throws.ArgumentException.With.Message.Contains("64 characters"));
        Assert.That(() => volume.AddFile("half-\uD83D", default), Throws.ArgumentException.With.Message.Contains("surrogate"));
        Assert.That(() => volume.AddFile(new string('語', 60), default), Throws.ArgumentException.With.Message.Contains("160 bytes"));
        Assert.That(() => volume.AddFile(new string('a', 64), default), Throws.Nothing);
    }

    [Test]
    public void Name_taken_twice_is_refused()
    {
        IsoVolume volume = new("x", SampleVolume.Timestamp);
        volume.AddFile("user-data", default);
        Assert.That(() => volume.AddFile("user-data", default), Throws.ArgumentException.With.Message.Contains("already"));
        Assert.That(() => volume.AddFile("user-data/inside", default), Throws.ArgumentException.With.Message.Contains("cannot hold"));
    }

    [Test]
    public void Date_outside_the_format_is_refused() =>
        Assert.That(() => new IsoVolume("x", DateTimeOffset.MinValue), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task Longest_names_fit_their_records()
    {
        string name = new('語', 52);
        byte[] volume = await SampleVolume.WriteAsync("x", (name + ".abc", "1"), (new string('z', 64), "2"));
        IsoReader reader = new(volume, 16);
        Assert.That(reader.List(reader.Root)[2..].Select(IsoReader.RockRidgeName), Is.EquivalentTo([name + ".abc", new string('z', 64)]));
    }
}
