using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Console.Vnc.Tests.Support;

/// <summary>Providers as the engine opens them.</summary>
internal static class Providers
{
    public static ProviderContext Context(TimeProvider? time = null) => new()
    {
        InstanceName = "vnc",
        InstallationId = Guid.NewGuid(),
        NodeId = new NodeId("local"),
        LoggerFactory = NullLoggerFactory.Instance,
        TimeProvider = time ?? TimeProvider.System,
        CreateHttpClient = _ => throw new InvalidOperationException("A console needs no HTTP."),
        Secrets = new Secrets(),
        DataDirectory = Path.GetTempPath(),
        RuntimeDirectory = Path.GetTempPath(),
    };

    public static VncConsoleProvider Open(VncConsoleOptions? options = null, TimeProvider? time = null) =>
        VncConsoleProvider.Open(Context(time), options ?? new VncConsoleOptions());

    /// <summary>Gives a secret's own name as its value.</summary>
    private sealed class Secrets : ISecretResolver
    {
        public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) => ValueTask.FromResult(reference.Name);
    }
}
