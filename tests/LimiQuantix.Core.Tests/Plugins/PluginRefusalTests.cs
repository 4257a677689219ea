using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>Each thing that can be wrong with a plugin's folder: refused by name, before its code runs.</summary>
public sealed class PluginRefusalTests
{
    private PluginFolderFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new PluginFolderFixture();

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [TestCase("Microsoft.Extensions.Logging.Abstractions", "11.0", "Build the plugin with Microsoft.Extensions.Logging.Abstractions 10.0.x")]
    [TestCase("System.Runtime", "11.0", "Build the plugin for net10.0")]
    [TestCase("LimiQuantix.Abstractions", "11.0", "Build the plugin with LimiQuantix.Abstractions 0.0.x")]
    public void Plugin_built_with_a_newer_shared_assembly_is_refused(string assembly, string version, string remedy)
    {
        AssemblyPatch.SetReferenceMajorVersion(Path.Combine(_fixture.AddHello(), "HelloPlugin.dll"), assembly, 11);

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain("'HelloPlugin'").And.Contain($"{assembly} {version}"));
        Assert.That(refusal.Message, Does.Match(@"this host has \d+\.\d+\.\d+\.\d+"));
        Assert.That(refusal.Remedy, Does.Contain(remedy));
    }

    [Test]
    public void Private_library_built_with_a_newer_shared_assembly_is_refused_too()
    {
        string folder = _fixture.AddHello();
        string library = Path.Combine(folder, "Library.dll");
        File.Copy(Path.Combine(folder, "HelloPlugin.dll"), library);
        AssemblyPatch.SetReferenceMajorVersion(library, "Microsoft.Extensions.Logging.Abstractions", 11);

        Assert.That(_fixture.Refusal().Message, Does.Contain("'Library.dll'"));
    }

    [TestCase("[0.2.0,0.3.0)", "Upgrade the host")]
    [TestCase("[0.0.1,0.1.0)", "newer version of the plugin")]
    public void Plugin_for_another_contract_is_refused_with_the_side_to_change(string range, string remedy)
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", contract: range));

        LimiQuantixError refusal = _fixture.Refusal();

        Assert.That(refusal.Message, Does.Contain(range).And.Contain(ContractVersion.Current));
        Assert.That(refusal.Remedy, Does.Contain(remedy));
    }

    [TestCase("ImageRangeRequest", "ImageRangeRequesx")]
    [TestCase("get_LengthBytes", "get_LengthBytez")]
    public void Plugin_that_uses_what_the_contract_lacks_is_refused(string name, string unknown)
    {
        AssemblyPatch.Rename(Path.Combine(_fixture.AddHello(), "HelloPlugin.dll"), name, unknown);

        Assert.That(_fixture.Refusal().Message, Does.Contain(unknown));
    }

    [TestCase("../outside.dll")]
    [TestCase("/etc/outside.dll")]
    [TestCase("sub/../../outside.dll")]
    [TestCase("C:outside.dll")]
    [TestCase("sub\\\\outside.dll")]
    [TestCase("HelloPlugin.exe")]
    public void Entry_assembly_that_leaves_the_folder_is_refused(string entry)
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", entry));

        Assert.That(_fixture.Refusal().Message, Does.Contain("entryAssembly"));
    }

    [Test]
    public void Entry_assembly_that_is_absent_is_refused()
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", "Absent.dll"));

        Assert.That(_fixture.Refusal().Message, Does.Contain("'Absent.dll'"));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void Link_in_the_folder_is_refused()
    {
        string folder = _fixture.AddHello();
        string entry = Path.Combine(folder, "HelloPlugin.dll");
        File.Delete(entry);
        File.CreateSymbolicLink(entry, Path.Combine(PluginFolderFixture.HelloOutput, "HelloPlugin.dll"));

        Assert.That(_fixture.Refusal().Message, Does.Contain("'HelloPlugin.dll'").And.Contain("link"));
    }

    [Test]
    public void Folder_without_a_manifest_is_refused()
    {
        File.Delete(Path.Combine(_fixture.AddHello(), PluginManifest.FileName));

        Assert.That(_fixture.Refusal().Message, Does.Contain(PluginManifest.FileName));
    }

    [Test]
    public void Damaged_entry_assembly_is_refused()
    {
        File.WriteAllBytes(Path.Combine(_fixture.AddHello(), "HelloPlugin.dll"), "This is no library."u8);

        Assert.That(_fixture.Refusal().Message, Does.Contain("damaged").And.Contain("HelloPlugin.dll"));
    }

    [Test]
    public void File_whose_bytes_differ_from_the_manifest_is_refused()
    {
        string files = $$""", "files": { "HelloPlugin.dll": "{{new string('0', 64)}}" }""";
        string folder = _fixture.AddHello();
        foreach (string file in Directory.EnumerateFiles(folder).Where(f => !f.EndsWith(".dll", StringComparison.Ordinal)))
            File.Delete(file);
        PluginFolderFixture.WriteManifest(folder, PluginFolderFixture.Manifest("Hello", more: files));

        Assert.That(_fixture.Refusal().Message, Does.Contain("'HelloPlugin.dll'").And.Contain("not those of its manifest"));
    }

    [Test]
    public void File_that_the_manifest_does_not_list_is_refused()
    {
        PluginFolderFixture.WriteManifest(_fixture.AddHello(), PluginFolderFixture.Manifest("Hello", more: ", \"files\": {}"));

        Assert.That(_fixture.Refusal().Message, Does.Contain("does not list"));
    }

    [Test]
    public void Assembly_without_a_plugin_class_is_refused()
    {
        string folder = _fixture.AddEmpty("none", "None.dll");
        EmittedPlugin.WriteClasses(folder, "None");

        Assert.That(_fixture.Refusal().Message, Does.Contain("no public class"));
    }

    [Test]
    public void Assembly_with_two_plugin_classes_is_refused_with_both_named()
    {
        string folder = _fixture.AddEmpty("two", "Two.dll");
        EmittedPlugin.WriteClasses(folder, "Two", "One.Plugin", "Another.Plugin");

        Assert.That(_fixture.Refusal().Message, Does.Contain("One.Plugin").And.Contain("Another.Plugin"));
    }

    [Test]
    public void Plugin_class_that_cannot_be_constructed_is_refused()
    {
        string folder = _fixture.AddEmpty("closed", "Closed.dll");
        EmittedPlugin.WriteClasses(folder, "Closed", publicConstructor: false, "Closed.Plugin");

        Assert.That(_fixture.Refusal().Message, Does.Contain("constructor without parameters"));
    }
}
