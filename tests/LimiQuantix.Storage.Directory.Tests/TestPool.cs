using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

/// <summary>A pool in a folder of its own, and the engine's side of it.</summary>
internal sealed class TestPool : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestPool(Action<DirectoryStorageOptions>? configure = null)
    {
        // A test's file system may be nearly full; the marks have tests of their own.
        Options = new DirectoryStorageOptions { Path = _folder.Combine("pool"), WarnBelowPercentFree = 0, RefuseBelowPercentFree = 0 };
        configure?.Invoke(Options);
        Storage = Open();
    }

    public DirectoryStorageOptions Options { get; }

    public Guid InstallationId { get; } = Guid.CreateVersion7();

    public FakeTimeProvider Time { get; } = new();

    public CollectedLog Log { get; } = new();

    public DirectoryStorage Storage { get; private set; }

    /// <summary>Where this installation's files are.</summary>
    public string Files => Path.Combine(Options.Path!, InstallationId.ToString("D"));

    public string[] Names => [.. System.IO.Directory.GetFileSystemEntries(Files).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>The published files: bases and volumes.</summary>
    public string[] Published => [.. Names.Where(name => !name.StartsWith('.') && !name.EndsWith(".mark", StringComparison.Ordinal))];

    public DirectoryStorage Open() => new(
        new ProviderContext
        {
            InstanceName = "default",
            InstallationId = InstallationId,
            NodeId = NodeId.Local,
            LoggerFactory = Log,
            TimeProvider = Time,
            CreateHttpClient = _ => throw new InvalidOperationException("no HTTP is asked for"),
            Secrets = new NoSecrets(),
            DataDirectory = _folder.Path,
            RuntimeDirectory = _folder.Path,
        },
        Options);

    public async Task ReopenAsync()
    {
        await Storage.DisposeAsync();
        Storage = Open();
    }

    public VolumeDefinition Volume(long sizeBytes, ImageDigest? digest = null, Guid? id = null) => new()
    {
        Ownership = new Ownership { InstallationId = InstallationId, ResourceId = id ?? Guid.CreateVersion7() },
        SizeBytes = sizeBytes,
        Source = digest is null ? new BlankVolumeSource() : new BaseVolumeSource { Digest = digest },
    };

    /// <summary>Asks for a base as the engine does, from a file that holds the content.</summary>
    public async Task<BaseImport> DefineAsync(ImageDigest digest, byte[] content, DiskFormat format, long virtualSizeBytes) => new()
    {
        Digest = digest,
        Format = format,
        LengthBytes = content.Length,
        VirtualSizeBytes = virtualSizeBytes,
        Source = new NodeFile { NodeId = NodeId.Local, Path = await _folder.WriteAsync($"image-{digest.Hex[..16]}", content) },
    };

    /// <summary>Brings a base into the pool.</summary>
    public async Task WriteBaseAsync(ImageDigest digest, byte[] content, DiskFormat format, long virtualSizeBytes)
    {
        JobObservation end = await ImportAsync(await DefineAsync(digest, content, format, virtualSizeBytes));
        Assert.That(end.Phase, Is.EqualTo(JobPhase.Succeeded), $"{end.Error}");
    }

    /// <summary>Imports a base and follows the job to its end.</summary>
    public async Task<JobObservation> ImportAsync(BaseImport import, Guid? jobId = null)
    {
        JobObservation begun = await Storage.ImportBaseAsync(import, jobId);
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        await foreach (JobObservation now in Storage.GetCapability<IProviderJobs>()!.WatchAsync(begun.JobId, deadline.Token))
            begun = now;
        return begun;
    }

    public async Task<List<VolumeObservation>> ListAsync()
    {
        List<VolumeObservation> volumes = [];
        await foreach (VolumeObservation volume in Storage.ListAsync())
            volumes.Add(volume);
        return volumes;
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
