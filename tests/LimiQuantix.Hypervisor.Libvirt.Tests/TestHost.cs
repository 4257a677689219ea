using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Hypervisor.Libvirt.Tests;

/// <summary>What an engine gives to a hypervisor: folders of its own, an installation id, secrets from files.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestHost(Guid? installation = null, TimeProvider? timeProvider = null)
    {
        // As the engine makes them: others may pass through.
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_001_001);
        Context = new ProviderContext
        {
            InstanceName = "libvirt",
            InstallationId = installation ?? TestMachines.Installation,
            NodeId = NodeId.Local,
            LoggerFactory = NullLoggerFactory.Instance,
            TimeProvider = timeProvider ?? TimeProvider.System,
            CreateHttpClient = _ => throw new InvalidOperationException("A hypervisor needs no HTTP."),
            Secrets = new FileSecrets(),
            DataDirectory = Directory.CreateDirectory(_folder.Combine("data")).FullName,
            RuntimeDirectory = Directory.CreateDirectory(_folder.Combine("run")).FullName,
        };
    }

    public ProviderContext Context { get; }

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>The machine's files that last.</summary>
    public string MachineFolder(Guid id) => Path.Combine(Context.DataDirectory, "machines", id.ToString("D"));

    public IHypervisor Open(string uri, Action<LibvirtOptions>? configure = null)
    {
        var options = new LibvirtOptions { Uri = uri, Accelerator = AcceleratorChoice.Tcg };
        configure?.Invoke(options);
        return LibvirtHypervisor.Open(Context, options);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private sealed class FileSecrets : ISecretResolver
    {
        public async ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
            await File.ReadAllTextAsync(reference.Name["file:".Length..], cancellationToken);
    }
}
