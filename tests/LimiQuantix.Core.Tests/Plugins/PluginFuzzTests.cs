using System.Text;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A manifest and an assembly are foreign bytes: whatever they are, the only failure is their own error.</summary>
public sealed class PluginFuzzTests
{
    private const int Seed = 20261122;

    private static int Rounds => Soak.Rounds(4_000, 2_000_000);

    [Test]
    public void Manifest_parser_gives_a_manifest_or_a_refusal()
    {
        byte[] valid = Encoding.UTF8.GetBytes(PluginFolderFixture.Manifest("Hello", more: $$""", "publisher": "é\ud83d\ude00", "files": { "a/b.dll": "{{new string('a', 64)}}" }"""));
        Random random = new(Seed);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Mutate(valid, random);
            try
            {
                PluginManifest manifest = PluginManifestParser.Parse("fuzz", bytes);
                Assert.That(manifest.EntryAssembly.Split('/'), Has.None.EqualTo(".."));
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.PluginRefused)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.Positive);
        Soak.Note(Rounds, "plugin manifests to their parser");
    }

    [Test]
    public void Metadata_reader_gives_facts_or_a_bad_image()
    {
        byte[] valid = File.ReadAllBytes(Path.Combine(PluginFolderFixture.HelloOutput, "HelloPlugin.dll"));
        Random random = new(Seed);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Mutate(valid, random);
            try
            {
                AssemblyMetadataReader.Read(new MemoryStream(bytes));
            }
            catch (BadImageFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.Positive);
        Soak.Note(Rounds, "assemblies to the metadata reader");
    }

    [TestCase("""{ "id": "a", "id": "b" }""")]
    [TestCase("""[]""")]
    [TestCase("""{ "id": "\ud800", "version": "1.0.0" }""")]
    [TestCase("""{ "id": 7 }""")]
    [TestCase("""{ "id": "a", "version": "1", "entryAssembly": "a.dll", "contract": "[0.1.0]" }""")]
    [TestCase("""{ "id": "a", "version": "1.0.0", "entryAssembly": "a.dll", "contract": "anything" }""")]
    [TestCase("""{ "id": "-a", "version": "1.0.0", "entryAssembly": "a.dll", "contract": "0.1.0" }""")]
    [TestCase("""{ "id": "a", "version": "1.0.0", "entryAssembly": "a.dll", "contract": "0.1.0", "files": { "../x": "00" } }""")]
    [TestCase("")]
    public void Manifest_with_a_fault_is_refused(string json) =>
        Assert.That(
            () => PluginManifestParser.Parse("faulty", Encoding.UTF8.GetBytes(json)),
            Throws.TypeOf<LimiQuantixException>().With.Property("Code").EqualTo(ErrorCodes.PluginRefused));

    [Test]
    public void Manifest_with_a_byte_order_mark_is_read()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. """{ "id": "a", "version": "1.0.0", "entryAssembly": "a.dll", "contract": "0.1.0" }"""u8];
        Assert.That(PluginManifestParser.Parse("marked", json).Id, Is.EqualTo("a"));
    }

    [Test]
    public void Manifest_over_its_bound_is_refused() =>
        Assert.That(
            () => PluginManifestParser.Parse("large", new byte[PluginManifestParser.MaxBytes + 1]),
            Throws.TypeOf<LimiQuantixException>().With.Message.Contains("larger"));

    private static byte[] Mutate(byte[] valid, Random random)
    {
        byte[] bytes = [.. valid];
        for (int change = random.Next(1, 12); change > 0; change--)
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bytes[random.Next(bytes.Length)]);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
