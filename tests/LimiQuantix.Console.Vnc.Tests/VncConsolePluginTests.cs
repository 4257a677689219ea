using LimiQuantix.Conformance;
using LimiQuantix.Console.Vnc.Tests.Support;
using LimiQuantix.Consoles;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Console.Vnc.Tests;

internal sealed class VncConsolePluginTests
{
    [Test]
    public async Task Plugin_registers_a_console_provider_that_opens_without_touching_anything()
    {
        var registry = new Registry();
        new VncConsolePlugin().Register(registry);

        Assert.That((registry.Kind, registry.Provider, registry.Options), Is.EqualTo(("vnc", typeof(IConsoleProvider), typeof(VncConsoleOptions))));
        await using var provider = await registry.OpenAsync!();
        Assert.That(((IConsoleProvider)provider).Kind, Is.EqualTo(ConsoleKind.Vnc));
        Assert.That(provider.GetCapability<IScreenshotCapture>(), Is.Not.Null);
        Assert.That(provider.GetCapability<IDisposable>(), Is.Null);
        Assert.That((await provider.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));
    }

    [Test]
    public void Every_wrong_option_is_named_at_once()
    {
        var options = new VncConsoleOptions
        {
            HandshakeTimeout = TimeSpan.Zero, CaptureTimeout = TimeSpan.FromHours(1), MaximumScreenBytes = 1, Password = new SecretReference { Name = " " },
        };

        Assert.That(options.Validate().Select(p => p.Split(' ')[0]), Is.EqualTo(new[] { "HandshakeTimeout", "CaptureTimeout", "MaximumScreenBytes", "Password" }));
        Assert.That(new VncConsoleOptions().Validate(), Is.Empty);
    }

    [Test]
    public void Add_method_adds_the_plugin_and_one_instance()
    {
        var builder = new Builder();

        builder.AddVncConsole(options => options.MaximumScreenBytes = 5);

        Assert.That(builder.Plugins, Has.One.InstanceOf<VncConsolePlugin>());
        Assert.That(builder.Instances, Is.EqualTo(new[] { ("vnc", "vnc", typeof(VncConsoleOptions)) }));
    }

    private sealed class Registry : IPluginRegistry
    {
        public string? Kind { get; private set; }

        public Type? Provider { get; private set; }

        public Type? Options { get; private set; }

        public Func<Task<IProvider>>? OpenAsync { get; private set; }

        public void Add<TProvider, TOptions>(
            string kind, Func<ProviderContext, TOptions, CancellationToken, ValueTask<TProvider>> open, Func<TOptions, IEnumerable<string>>? validate = null,
            Func<TOptions, IReadOnlyDictionary<string, string?>, IEnumerable<string>>? bind = null, Func<TOptions, bool>? isShared = null)
            where TProvider : class, IProvider
            where TOptions : class, new()
        {
            (Kind, Provider, Options) = (kind, typeof(TProvider), typeof(TOptions));
            OpenAsync = async () => await open(Providers.Context(), new TOptions(), CancellationToken.None);
        }
    }

    private sealed class Builder : ILimiQuantixBuilder
    {
        public List<IPlugin> Plugins { get; } = [];

        public List<(string, string, Type)> Instances { get; } = [];

        public ILimiQuantixBuilder AddPlugin(IPlugin plugin)
        {
            Plugins.Add(plugin);
            return this;
        }

        public ILimiQuantixBuilder AddInstance<TOptions>(string kind, string name, Action<TOptions>? configure = null, NodeId? node = null)
            where TOptions : class, new()
        {
            Instances.Add((kind, name, typeof(TOptions)));
            return this;
        }

        public ILimiQuantixBuilder AddInstance(string kind, string name, IReadOnlyDictionary<string, string?> settings, NodeId? node = null) =>
            throw new NotSupportedException("The extension method names its options.");
    }
}
