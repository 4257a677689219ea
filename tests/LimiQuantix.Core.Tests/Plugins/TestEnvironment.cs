using LimiQuantix.Nodes;
using LimiQuantix.Providers;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>What an engine would give to its instances.</summary>
internal static class TestEnvironment
{
    public static readonly Guid InstallationId = new("0192f0c1-7d3a-7c8e-9a1b-000000000001");

    public static ProviderEnvironment Create(string folder) => new()
    {
        GetInstallationIdAsync = _ => ValueTask.FromResult(InstallationId),
        NodeId = NodeId.Local,
        LoggerFactory = NullLoggerFactory.Instance,
        TimeProvider = TimeProvider.System,
        CreateHttpClient = _ => throw new InvalidOperationException("No test here needs HTTP."),
        Secrets = new NoSecrets(),
        DataDirectory = Path.Combine(folder, "data"),
        RuntimeDirectory = Path.Combine(folder, "run"),
    };

    public static ProviderInstances Open(LimiQuantixBuilder builder, string folder, TimeProvider? clock = null)
    {
        PluginConfiguration configuration = builder.Build();
        return new ProviderInstances(
            configuration,
            PluginCatalog.Load(configuration, NullLoggerFactory.Instance, new ProviderDeadlines(), TimeProvider.System),
            Create(folder) with { TimeProvider = clock ?? TimeProvider.System });
    }
}
