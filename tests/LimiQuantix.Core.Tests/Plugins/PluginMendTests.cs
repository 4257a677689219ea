using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Nodes;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>Whatever keeps a plugin from being of use is told at load, with what its author or the operator does about it.</summary>
public sealed class PluginMendTests
{
    private PluginFolderFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new PluginFolderFixture();

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public async Task Plugin_without_an_instance_is_told_with_the_two_ways_to_configure_one()
    {
        _fixture.AddHello();
        await using ProviderInstances instances = _fixture.Open(new LimiQuantixBuilder());

        PluginNote note = instances.Unused().Single();

        Assert.That(note.Message, Does.Contain("'HelloPlugin'").And.Contain("no instance of its kind 'hello'"));
        Assert.That(note.Remedy, Does.Contain("""{ "LimiQuantix": { "Instances": { "hello": { "Kind": "hello" } } } }""").And.Contain("builder.AddInstance(\"hello\""));
    }

    [Test]
    public async Task Plugin_with_an_instance_is_not_told()
    {
        _fixture.AddHello();
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?>());
        await using ProviderInstances instances = _fixture.Open(builder);

        Assert.That(instances.Unused(), Is.Empty);
    }

    [Test]
    public async Task Location_that_nobody_serves_names_the_plugin_that_would_and_not_HTTP()
    {
        _fixture.AddHello();
        await using ProviderInstances instances = _fixture.Open(new LimiQuantixBuilder());
        ImageSources sources = new(instances, NodeId.Local, NullLogger<ImageSources>.Instance);

        LimiQuantixException hello = (await Assert.ThrowsAsync<LimiQuantixException>(() => sources.GetAsync("hello:///you", null, false, default).AsTask()))!;
        LimiQuantixException http = (await Assert.ThrowsAsync<LimiQuantixException>(() => sources.GetAsync("http://x/y", null, false, default).AsTask()))!;

        Assert.That(hello.Remedy, Does.Contain("'HelloPlugin' 1.0.0 is loaded and does nothing").And.Not.Contain("AddHttpImages"));
        Assert.That(http.Remedy, Does.Contain("AddHttpImages()"));
    }

    [Test]
    public async Task Location_that_nobody_serves_names_the_plugin_that_was_refused()
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", contract: "[9.0.0,10.0.0)"));
        await using ProviderInstances instances = _fixture.Open(new LimiQuantixBuilder());
        ImageSources sources = new(instances, NodeId.Local, NullLogger<ImageSources>.Instance);

        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => sources.GetAsync("hello:///you", null, false, default).AsTask()))!;

        Assert.That(error.Remedy, Does.Contain("'Hello' 1.2.3 is made for the contract").And.Contain("Upgrade the host"));
    }

    [Test]
    public void Instance_of_a_refused_plugin_leads_with_the_refusals_own_mend()
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", contract: "[9.0.0,10.0.0)"));
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?>());

        string message = Assert.Throws<LimiQuantixException>(() => _fixture.Open(builder)).Message;

        Assert.That(message, Does.Contain("Upgrade the host's LimiQuantix packages"));
        Assert.That(message.IndexOf("Upgrade the host", StringComparison.Ordinal), Is.LessThan(message.IndexOf("Reference the plugin's package", StringComparison.Ordinal)));
    }

    [Test]
    public void Register_that_adds_nothing_is_refused()
    {
        EmittedPlugin.WriteClasses(_fixture.AddEmpty("idle", "Idle.dll"), "Idle", "Idle.Plugin");

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain("'idle'").And.Contain("registers no kind"));
        Assert.That(refusal.Remedy, Does.Contain("IPluginRegistry.Add"));
    }

    [Test]
    public void Missing_dependency_is_refused_by_name_before_any_code_runs()
    {
        string folder = _fixture.AddEmpty("torn", "torn.dll");
        EmittedPlugin.Write(folder, "torn", libraryVersion: 3);
        File.Delete(Path.Combine(folder, "Private.Library.dll"));

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain("Private.Library.dll (version 3.0.0.0)").And.Contain(folder));
        Assert.That(refusal.Remedy, Does.Contain("EnableDynamicLoading"));
    }

    [Test]
    public void Manifest_that_lies_deeper_is_found_and_told()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_fixture.Plugins, "deep")).FullName;
        string inner = Directory.CreateDirectory(Path.Combine(folder, "bin", "net10.0")).FullName;
        PluginFolderFixture.WriteManifest(inner, PluginFolderFixture.Manifest("Hello"));

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain($"the file is in {inner}"));
        Assert.That(refusal.Remedy, Does.Contain($"into {folder}"));
    }

    [TestCase("Plugin.json")]
    [TestCase("plugin.json.txt")]
    public void Manifest_of_another_name_is_told(string name)
    {
        string folder = _fixture.AddHello();
        File.Move(Path.Combine(folder, PluginManifest.FileName), Path.Combine(folder, name));

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain($"'{name}'"));
        Assert.That(refusal.Remedy, Does.Contain("Rename it to plugin.json"));
    }

    [Test]
    public void Manifest_that_was_not_copied_is_told_with_the_line_that_copies_it()
    {
        File.Delete(Path.Combine(_fixture.AddHello(), PluginManifest.FileName));

        Assert.That(_fixture.Refusal().Remedy, Does.Contain("CopyToOutputDirectory"));
    }

    [Test]
    public void Empty_folder_is_told_as_empty()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Plugins, "empty"));

        Assert.That(_fixture.Refusal().Message, Does.Contain("it is empty"));
    }

    [Test]
    public void Directory_that_is_itself_a_plugin_is_told_with_the_one_to_give()
    {
        string folder = _fixture.AddHello();

        PluginNote note = Note(folder);

        Assert.That(note.Message, Does.Contain(folder).And.Contain("is itself a plugin"));
        Assert.That(note.Remedy, Does.Contain($"is in: {_fixture.Plugins}."));
    }

    [Test]
    public void Library_in_the_directory_itself_is_told()
    {
        string directory = Directory.CreateDirectory(Path.Combine(_fixture.Plugins, "flat")).FullName;
        File.Copy(Path.Combine(PluginFolderFixture.HelloOutput, "HelloPlugin.dll"), Path.Combine(directory, "HelloPlugin.dll"));

        PluginNote note = Note(directory);

        Assert.That(note.Message, Does.Contain("HelloPlugin.dll lies in the plugin directory"));
        Assert.That(note.Remedy, Does.Contain("a folder of its own"));
    }

    [Test]
    public void Directory_that_does_not_exist_is_told()
    {
        PluginNote note = Note(Path.Combine(_fixture.Plugins, "absent"));

        Assert.That(note.Message, Does.Contain("does not exist"));
        Assert.That(note.Remedy, Does.Contain("PluginDirectories"));
    }

    [Test]
    public void What_is_told_is_in_the_log_as_one_line_without_an_exception()
    {
        _fixture.AddEmpty("broken", "Missing.dll");
        LogRecorder log = new();
        LimiQuantixBuilder builder = new();
        builder.PluginDirectories.Add(_fixture.Plugins);
        builder.PluginDirectories.Add(Path.Combine(_fixture.Plugins, "absent"));

        PluginCatalog.Load(builder.Build(), log, new ProviderDeadlines(), TimeProvider.System);

        Assert.That(log.Records.Select(record => record.Message), Has.Some.Contain("'Missing.dll'").And.Some.Contain("does not exist. Make it"));
        Assert.That(log.Records.Select(record => record.Exception), Has.All.Null);
    }

    private static PluginNote Note(string directory)
    {
        LimiQuantixBuilder builder = new();
        builder.PluginDirectories.Add(directory);
        PluginCatalog catalog = PluginCatalog.Load(builder.Build(), NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);
        Assert.That(catalog.Plugins, Is.Empty);
        return catalog.Notes.Single();
    }
}
