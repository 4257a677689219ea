using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Images.Http.Tests;

internal sealed class PluginTests : ILimiQuantixBuilder, IPluginRegistry
{
    private readonly List<string> _calls = [];

    [Test]
    public void Adding_http_images_adds_the_plugin_and_one_instance()
    {
        _calls.Clear();
        this.AddHttpImages();

        Assert.That(_calls, Is.EqualTo(new[] { "plugin http IImageSource", "instance http http HttpImageSourceOptions" }));
    }

    ILimiQuantixBuilder ILimiQuantixBuilder.AddPlugin(IPlugin plugin)
    {
        plugin.Register(this);
        return this;
    }

    ILimiQuantixBuilder ILimiQuantixBuilder.AddInstance<TOptions>(string kind, string name, Action<TOptions>? configure, NodeId? node)
    {
        _calls.Add($"instance {kind} {name} {typeof(TOptions).Name}");
        return this;
    }

    ILimiQuantixBuilder ILimiQuantixBuilder.AddInstance(string kind, string name, IReadOnlyDictionary<string, string?> settings, NodeId? node) => this;

    void IPluginRegistry.Add<TProvider, TOptions>(
        string kind, Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open, Func<TOptions, IEnumerable<string>>? validate,
        Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind, Func<TOptions, bool>? isShared)
    {
        Assert.That(validate!(new TOptions()), Is.Empty);
        _calls.Add($"plugin {kind} {typeof(TProvider).Name}");
    }
}
