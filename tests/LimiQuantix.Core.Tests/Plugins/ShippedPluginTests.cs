using LimiQuantix.Plugins;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>The plugins of this repository load from a folder too, although hosts mostly reference their packages.</summary>
public sealed class ShippedPluginTests
{
    [TestCase("LimiQuantix.Hypervisor.Libvirt", "IHypervisor libvirt", "IGuestAgentProvider qga")]
    [TestCase("LimiQuantix.Images.Http", "IImageSource http")]
    [TestCase("LimiQuantix.Storage.Directory", "IStorageBackend directory")]
    [TestCase("LimiQuantix.Console.Vnc", "IConsoleProvider vnc")]
    public void Shipped_plugin_loads_from_a_folder(string name, params string[] kinds)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string output = RepositoryRoot.Combine($"plugins/{name}/bin/{configuration}/net10.0");
        if (!File.Exists(Path.Combine(output, name + ".dll")))
            Requires.Missing($"{name} is not built: dotnet build LimiQuantix.sln -c {configuration}");
        using PluginFolderFixture fixture = new();
        // Its output holds a copy of the contract, as an author's may who forgot to leave it out: the host's is used all the same.
        string folder = fixture.AddEmpty(name, name + ".dll");
        foreach (string file in Directory.EnumerateFiles(output))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        PluginCatalog catalog = fixture.Load();

        Assert.That(catalog.Plugins.Select(p => p.Refusal?.Message), Is.All.Null);
        Assert.That(catalog.Plugins.SelectMany(p => p.Kinds).Select(kind => $"{kind.Contract} {kind.Kind}"), Is.EquivalentTo(kinds));
        Assert.That(catalog.Plugins.SelectMany(p => p.Kinds).Select(kind => kind.NeedsReflection), Is.All.False);
        Assert.That(catalog.Kinds[0].OptionsType.Assembly.Location, Does.StartWith(folder));
    }
}
