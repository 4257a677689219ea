using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Diagnostics;

/// <summary>
/// An engine with one fake instance for each given behaviour, named <c>i0</c>, <c>i1</c> and so on, and one plugin that is refused.
/// </summary>
internal sealed class DiagnosticsFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DiagnosticsFixture(params Func<IImageSource>[] open)
    {
        LimiQuantixBuilder builder = new();
        builder.AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>(
            "fake", (_, options, _) => ValueTask.FromResult(open[options.Size]()))));
        builder.AddPlugin(new SecondFakePlugin(_ => throw new NotSupportedException("made for another host")));
        for (int i = 0; i < open.Length; i++)
        {
            int index = i;
            builder.AddInstance<FakeOptions>("fake", $"i{i}", o => o.Size = index);
        }

        Environment = TestEnvironment.Create(_folder.Path) with { TimeProvider = Clock };
        PluginConfiguration configuration = builder.Build();
        Plugins = PluginCatalog.Load(configuration, Environment.LoggerFactory, Environment.Deadlines, TimeProvider.System);
        Instances = new ProviderInstances(configuration, Plugins, Environment);
    }

    public ObservedClock Clock { get; } = new();

    public ProviderEnvironment Environment { get; }

    public PluginCatalog Plugins { get; }

    public ProviderInstances Instances { get; }

    public static FakeImageSource Source(object? capability = null, ProviderHealth? health = null) =>
        new("fake", []) { Capability = capability, Health = health ?? ProviderHealth.Healthy };

    public async ValueTask DisposeAsync()
    {
        await Instances.DisposeAsync();
        _folder.Dispose();
    }
}
