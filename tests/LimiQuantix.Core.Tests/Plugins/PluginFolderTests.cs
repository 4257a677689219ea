using System.Security.Cryptography;
using Hello;
using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Guards;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>The sample plugin, loaded from a folder as an operator would install it.</summary>
public sealed class PluginFolderTests
{
    private PluginFolderFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new PluginFolderFixture();

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public async Task Sample_works_from_a_folder_without_a_reference_to_its_types()
    {
        _fixture.AddHello();
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?> { ["Greeting"] = "Welcome" });
        await using ProviderInstances instances = _fixture.Open(builder);

        IImageSource source = await instances.GetAsync<IImageSource>("hello");
        byte[] disk = await ReadAsync(source, "hello:///folder");

        Assert.That(((GuardedProvider)source).Inner.GetType().Assembly, Is.Not.SameAs(typeof(HelloOptions).Assembly), "the folder's own copy is loaded apart");
        Assert.That(System.Text.Encoding.ASCII.GetString(disk), Does.Contain("Welcome, folder!"));
        Assert.That(disk, Has.Length.EqualTo(1024 * 1024));
    }

    [Test]
    public async Task Sample_works_by_reference_with_the_same_class()
    {
        LimiQuantixBuilder builder = new();
        builder.AddHello(options => options.Greeting = "Welcome");
        await using ProviderInstances instances = _fixture.Open(builder);

        IImageSource source = await instances.GetAsync<IImageSource>("hello");
        byte[] disk = await ReadAsync(source, "hello:///reference");

        Assert.That(((GuardedProvider)source).Inner.GetType().Assembly, Is.SameAs(typeof(HelloOptions).Assembly));
        Assert.That(System.Text.Encoding.ASCII.GetString(disk), Does.Contain("Welcome, reference!"));
    }

    [Test]
    public void Loaded_plugin_is_listed_with_its_folder_and_kinds()
    {
        string folder = _fixture.AddHello();

        PluginInfo plugin = _fixture.Load().Plugins[0];

        Assert.That((plugin.Id, plugin.Version, plugin.Directory), Is.EqualTo(("HelloPlugin", "1.0.0", folder)));
        Assert.That(plugin.Kinds.Select(k => (k.Contract, k.Kind)), Is.EqualTo(new[] { ("IImageSource", "hello") }));
        Assert.That(plugin.Refusal, Is.Null);
    }

    [Test]
    public void Options_of_a_folder_plugin_are_checked_by_its_own_rules()
    {
        _fixture.AddHello();
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?> { ["SizeBytes"] = "1000" });

        LimiQuantixException error = Assert.Throws<LimiQuantixException>(() => _fixture.Open(builder));

        Assert.That(error.Message, Does.Contain("SizeBytes must be a multiple of 512"));
    }

    [Test]
    public void Plugin_of_the_same_id_in_two_folders_is_refused_once_with_both_named()
    {
        string first = _fixture.AddHello("a");
        _fixture.AddHello("b");

        PluginCatalog catalog = _fixture.Load();

        Assert.That(catalog.Plugins.Select(p => p.Refusal is null), Is.EqualTo(new[] { true, false }));
        Assert.That(catalog.Plugins[1].Refusal!.Message, Does.Contain("HelloPlugin").And.Contain(first));
        Assert.That(catalog.Kinds, Has.Count.EqualTo(1));
    }

    [Test]
    public void Plugin_by_reference_comes_before_the_same_one_in_a_folder()
    {
        _fixture.AddHello();

        PluginCatalog catalog = _fixture.Load(new Hello.HelloPlugin());

        Assert.That(catalog.Plugins.Select(p => (p.Directory is null, p.Refusal is null)), Is.EqualTo(new[] { (true, true), (false, false) }));
        Assert.That(catalog.Plugins[1].Refusal!.Message, Does.Contain("by reference"));
    }

    [Test]
    public void Plugin_of_another_id_with_a_taken_kind_is_refused_with_both_named()
    {
        _fixture.AddHello("a");
        PluginFolderFixture.WriteManifest(_fixture.AddHello("b"), PluginFolderFixture.Manifest("Impostor"));

        PluginCatalog catalog = _fixture.Load();

        Assert.That(catalog.Plugins[1].Refusal!.Message, Does.Contain("'Impostor'").And.Contain("'HelloPlugin'").And.Contain("'hello'"));
    }

    [Test]
    public void Refused_plugin_does_not_keep_others_from_loading()
    {
        _fixture.AddEmpty("a-broken", "Missing.dll");
        _fixture.AddHello();

        PluginCatalog catalog = _fixture.Load();

        Assert.That(catalog.Plugins.Select(p => (p.Id, p.Refusal?.Code)),
            Is.EqualTo(new[] { ("a-broken", ErrorCodes.PluginRefused), ("HelloPlugin", null) }));
    }

    [Test]
    public void Missing_plugin_folder_and_hidden_folders_are_no_error()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Plugins, ".being-copied"));
        LimiQuantixBuilder builder = new();
        builder.PluginDirectories.Add(Path.Combine(_fixture.Plugins, "absent"));

        Assert.That(_fixture.Load(builder).Plugins, Is.Empty);
    }

    [Test]
    public void Plugins_with_different_versions_of_one_library_both_get_their_own()
    {
        foreach (string flavour in new[] { "first", "second" })
            EmittedPlugin.Write(_fixture.AddEmpty(flavour, $"{flavour}.dll"), flavour, libraryVersion: flavour == "first" ? 1 : 2);

        PluginCatalog catalog = _fixture.Load();

        Assert.That(catalog.Plugins.Select(p => p.Refusal?.Message), Is.All.Null);
        Assert.That(catalog.Kinds.Select(k => k.Kind), Is.EqualTo(new[] { "library-1", "library-2" }));
    }

    [Test]
    public void Manifest_on_the_hosts_list_loads_and_another_does_not()
    {
        string listed = _fixture.AddHello("listed");
        PluginFolderFixture.WriteManifest(listed, PluginFolderFixture.Manifest("Listed", more: Files(listed)));
        _fixture.AllowedManifests.Add(Digest(Path.Combine(listed, PluginManifest.FileName)));
        string other = _fixture.AddHello("other");
        PluginFolderFixture.WriteManifest(other, PluginFolderFixture.Manifest("Other", more: Files(other)));

        PluginCatalog catalog = _fixture.Load();

        Assert.That(catalog.Plugins.Select(p => (p.Id, p.Refusal is null)), Is.EqualTo(new[] { ("Listed", true), ("Other", false) }));
        Assert.That(catalog.Plugins[1].Refusal!.Message, Does.Contain(Digest(Path.Combine(other, PluginManifest.FileName))));
    }

    [Test]
    public void Listed_manifest_without_file_digests_is_refused_because_it_would_allow_any_bytes()
    {
        string folder = _fixture.AddHello();
        _fixture.AllowedManifests.Add(Digest(Path.Combine(folder, PluginManifest.FileName)));

        Assert.That(_fixture.Refusal().Message, Does.Contain("lists no files"));
    }

    private static async Task<byte[]> ReadAsync(IImageSource source, string location)
    {
        ImageSourceInfo info = await source.ProbeAsync(location);
        await using Stream stream = await source.OpenAsync(new ImageRangeRequest { Location = location, Validator = info.Validator });
        using MemoryStream content = new();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private static string Files(string folder) => ", \"files\": {"
        + string.Join(",", Directory.EnumerateFiles(folder).Where(f => !f.EndsWith(PluginManifest.FileName, StringComparison.Ordinal))
            .Select(f => $"\"{Path.GetFileName(f)}\":\"{Digest(f)}\""))
        + "}";

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
