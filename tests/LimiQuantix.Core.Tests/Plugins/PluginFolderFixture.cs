using LimiQuantix.Plugins;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A folder of plugins, filled from the built sample and changed as a test wants.</summary>
internal sealed class PluginFolderFixture : IDisposable
{
    /// <summary>The build output of the sample, beside this test's own.</summary>
    public static string HelloOutput { get; } =
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "LimiQuantix.Core.Tests"), Path.Combine("samples", "HelloPlugin"), StringComparison.Ordinal);

    private readonly TemporaryFolder _folder = new();

    public string Plugins => _folder.Path;

    public HashSet<string> AllowedManifests { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Copies the sample and gives its folder.</summary>
    public string AddHello(string name = "hello")
    {
        string target = Directory.CreateDirectory(Path.Combine(Plugins, name)).FullName;
        foreach (string file in Directory.EnumerateFiles(HelloOutput))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    /// <summary>Makes an empty plugin folder with a manifest.</summary>
    public string AddEmpty(string name, string entryAssembly, string? manifest = null)
    {
        string target = Directory.CreateDirectory(Path.Combine(Plugins, name)).FullName;
        WriteManifest(target, manifest ?? Manifest(name, entryAssembly));
        return target;
    }

    public static void WriteManifest(string pluginFolder, string json) =>
        File.WriteAllText(Path.Combine(pluginFolder, PluginManifest.FileName), json);

    public static string Manifest(string id, string entryAssembly = "HelloPlugin.dll", string contract = "[0.1.0,0.2.0)", string more = "") =>
        $$"""{ "id": "{{id}}", "version": "1.2.3", "entryAssembly": "{{entryAssembly}}", "contract": "{{contract}}"{{more}} }""";

    public PluginCatalog Load(params IPlugin[] byReference)
    {
        LimiQuantixBuilder builder = new();
        foreach (IPlugin plugin in byReference)
            builder.AddPlugin(plugin);
        return Load(builder);
    }

    public PluginCatalog Load(LimiQuantixBuilder builder) => PluginCatalog.Load(Configure(builder), NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);

    public ProviderInstances Open(LimiQuantixBuilder builder) =>
        new(Configure(builder), Load(builder), TestEnvironment.Create(Path.Combine(Plugins, ".engine")));

    /// <summary>Loads, and gives the refusal of the only plugin.</summary>
    public LimiQuantixError Refusal()
    {
        PluginCatalog catalog = Load();
        Assert.That(catalog.Plugins, Has.Count.EqualTo(1));
        Assert.That(catalog.Plugins[0].Refusal, Is.Not.Null, "the plugin was not refused");
        Assert.That(catalog.Plugins[0].Refusal!.Code, Is.EqualTo(ErrorCodes.PluginRefused));
        Assert.That(catalog.Plugins[0].Refusal!.Remedy, Is.Not.Null.And.Not.Empty);
        Assert.That(catalog.Kinds, Is.Empty);
        return catalog.Plugins[0].Refusal!;
    }

    public void Dispose() => _folder.Dispose();

    private PluginConfiguration Configure(LimiQuantixBuilder builder)
    {
        if (!builder.PluginDirectories.Contains(Plugins))
            builder.PluginDirectories.Add(Plugins);
        builder.AllowedManifests.UnionWith(AllowedManifests);
        return builder.Build();
    }
}
