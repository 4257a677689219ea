using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Conformance;

/// <summary>What an engine gives to a provider: an installation's id, a node, a clock, and two folders that go with it.</summary>
public sealed class SuiteHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lq-suite-").FullName;

    /// <summary>Makes a host.</summary>
    public SuiteHost(Guid? installationId = null, TimeProvider? timeProvider = null, string instance = "suite", Func<HttpClient>? httpClient = null)
    {
        // As the engine makes them: others may pass through.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, (UnixFileMode)0b111_001_001);
        Context = new ProviderContext
        {
            InstanceName = instance,
            InstallationId = installationId ?? Guid.CreateVersion7(),
            NodeId = NodeId.Local,
            LoggerFactory = NullLoggerFactory.Instance,
            TimeProvider = timeProvider ?? TimeProvider.System,
            CreateHttpClient = _ => httpClient?.Invoke() ?? throw new InvalidOperationException("The suite's provider needs no HTTP."),
            Secrets = new NoSecrets(),
            DataDirectory = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName,
            RuntimeDirectory = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName,
        };
    }

    /// <summary>What the provider is opened with.</summary>
    public ProviderContext Context { get; }

    /// <summary>A path of the host's own.</summary>
    public string Combine(string name) => Path.Combine(_folder, name);

    /// <summary>Removes the folders; a program that is just ending may still add a file, so a few tries are made.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 10)
            {
                await Task.Delay(100);
            }
        }
    }

    private sealed class NoSecrets : ISecretResolver
    {
        public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no secret '{reference?.Name}'.");
    }
}
