using LimiQuantix.Images;
using LimiQuantix.Plugins;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Plugins;

public sealed class PluginCatalogTests
{
    [Test]
    public void Plugin_by_reference_is_listed_with_its_kinds()
    {
        PluginCatalog catalog = Load(new FakePlugin(Register<FakeOptions>("fake")));

        IReadOnlyList<PluginInfo> plugins = catalog.Plugins;

        Assert.That(plugins, Has.Count.EqualTo(1));
        Assert.That(plugins[0].Id, Is.EqualTo("LimiQuantix.Core.Tests"));
        Assert.That(plugins[0].Version, Does.Match(@"^\d+\.\d+\.\d+$"));
        Assert.That(plugins[0].Refusal, Is.Null);
        Assert.That(plugins[0].Kinds.Select(k => (k.Contract, k.Kind)), Is.EqualTo(new[] { ("IImageSource", "fake") }));
    }

    [Test]
    public void Adding_a_plugin_type_twice_does_nothing()
    {
        PluginCatalog catalog = Load(new FakePlugin(Register<FakeOptions>("fake")), new FakePlugin(Register<FakeOptions>("fake")));

        Assert.That(catalog.Plugins, Has.Count.EqualTo(1));
    }

    [Test]
    public void Second_plugin_with_a_taken_kind_is_refused_by_name_and_the_others_go_on()
    {
        PluginCatalog catalog = Load(
            new FakePlugin(Register<FakeOptions>("fake")),
            new SecondFakePlugin(registry =>
            {
                registry.Add<IImageSource, OtherOptions>("fine", (_, _, _) => throw new NotSupportedException());
                registry.Add<IImageSource, OtherOptions>("fake", (_, _, _) => throw new NotSupportedException());
            }));

        Assert.That(catalog.Plugins.Select(p => p.Refusal?.Code), Is.EqualTo(new[] { null, ErrorCodes.PluginRefused }));
        Assert.That(catalog.Plugins[1].Refusal!.Message, Does.Contain("'fake'").And.Contain("IImageSource"));
        Assert.That(catalog.Kinds.Select(k => k.Kind), Is.EqualTo(new[] { "fake" }), "a refused plugin registers nothing");
    }

    [Test]
    public void Plugin_that_throws_while_registering_is_refused_with_its_reason()
    {
        PluginCatalog catalog = Load(new FakePlugin(_ => throw new InvalidOperationException("I changed my mind")));

        Assert.That(catalog.Plugins[0].Refusal!.Code, Is.EqualTo(ErrorCodes.PluginRefused));
        Assert.That(catalog.Plugins[0].Refusal!.Message, Does.Contain("I changed my mind"));
        Assert.That(catalog.Plugins[0].Refusal!.Remedy, Is.Not.Empty);
    }

    [TestCase("Upper")]
    [TestCase("with space")]
    [TestCase("")]
    public void Kind_that_is_not_a_name_is_refused(string kind)
    {
        PluginCatalog catalog = Load(new FakePlugin(Register<FakeOptions>(kind)));

        Assert.That(catalog.Plugins[0].Refusal!.Message, Does.Contain($"'{kind}'"));
    }

    [Test]
    public void Kind_for_a_class_instead_of_a_contract_is_refused()
    {
        PluginCatalog catalog = Load(new FakePlugin(r =>
            r.Add<FakeImageSource, FakeOptions>("fake", (_, _, _) => throw new NotSupportedException())));

        Assert.That(catalog.Plugins[0].Refusal!.Message, Does.Contain(nameof(FakeImageSource)));
    }

    private static Action<IPluginRegistry> Register<TOptions>(string kind)
        where TOptions : class, new() =>
        registry => registry.Add<IImageSource, TOptions>(kind, (_, _, _) => throw new NotSupportedException());

    private static PluginCatalog Load(params IPlugin[] plugins)
    {
        LimiQuantixBuilder builder = new();
        foreach (IPlugin plugin in plugins)
            builder.AddPlugin(plugin);
        return PluginCatalog.Load(builder.Build(), NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System);
    }
}
