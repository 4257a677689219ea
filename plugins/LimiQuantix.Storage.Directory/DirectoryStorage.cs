using System.Runtime.CompilerServices;
using LimiQuantix.Diagnostics;
using LimiQuantix.Disks;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>A storage pool in a folder. The folder is touched at the first call.</summary>
internal sealed class DirectoryStorage : IStorageBackend
{
    private readonly ProviderContext _context;
    private readonly DirectoryStorageOptions _options;
    private readonly ILogger _logger;
    private readonly PoolFolder _folder;
    private readonly SpaceGuard _space;
    private readonly PoolImages _images;
    private readonly DirectoryStorageDoctor _doctor;
    private readonly InProcessJobs _jobs;
    private readonly SemaphoreSlim _opening = new(1);
    private OpenPool? _pool;
    private bool _disposed;

    public DirectoryStorage(ProviderContext context, DirectoryStorageOptions options)
    {
        _context = context;
        _options = options;
        _logger = context.LoggerFactory.CreateLogger<DirectoryStorage>();
        _folder = new PoolFolder(options.Path ?? Path.Combine(context.DataDirectory, "pool"), context.InstallationId);
        _space = new SpaceGuard(_folder.PoolPath, options, _logger);
        _images = new PoolImages(options, context.TimeProvider);
        _jobs = new InProcessJobs(context.TimeProvider);
        _doctor = new DirectoryStorageDoctor(_folder, _space, _images);
    }

    public T? GetCapability<T>() where T : class => _jobs as T ?? _doctor as T;

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        _doctor.CheckHealthAsync(token => OpenAsync(token), cancellationToken);

    public Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        RunAsync(
            _ =>
            {
                (long capacity, long available) = _space.Measure();
                return Task.FromResult(new StoragePoolStatus
                {
                    CapacityBytes = capacity,
                    AvailableBytes = available,
                    IsShared = _options.IsShared,
                    Warning = _space.Warning(capacity, available),
                });
            },
            cancellationToken);

    public Task<BaseObservation?> FindBaseAsync(ImageDigest digest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return RunAsync(
            pool =>
            {
                pool.Bases.Reserve(digest);
                return Task.FromResult(pool.Folder.FindBase(digest)?.Observe());
            },
            cancellationToken);
    }

    public Task<JobObservation> ImportBaseAsync(BaseImport import, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        return RunAsync(
            pool =>
            {
                Definitions.Check(import);
                if (import.Source.NodeId != _context.NodeId)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition,
                        $"The pool is served by node {_context.NodeId} and does not reach files of {import.Source.NodeId}.",
                        "Bring the image to the pool's node first.",
                        import.Source.NodeId.ToString());
                }
                // Where the bytes come from is no part of what they are.
                var definition = (import.Digest, import.Format, import.LengthBytes, import.VirtualSizeBytes);
                return Task.FromResult(_jobs.Ensure(import.JobId, definition, (progress, token) => pool.Importer.ImportAsync(import, progress, token)));
            },
            cancellationToken);
    }

    public Task<VolumeObservation> EnsureVolumeAsync(VolumeDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return RunAsync(
            pool =>
            {
                Definitions.Check(definition, _context.InstallationId);
                return pool.Maker.EnsureAsync(definition, cancellationToken);
            },
            cancellationToken);
    }

    public Task<DiskAttachment> AttachAsync(Guid volumeId, NodeId node, VolumeAccess access, CancellationToken cancellationToken = default) =>
        RunAsync<DiskAttachment>(
            pool =>
            {
                if (!_options.IsShared && node != _context.NodeId)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition,
                        $"The pool is a folder of node {_context.NodeId}, and {node} does not have it.",
                        "Place the machine on the pool's node, or set IsShared where every node mounts the folder.",
                        node.ToString());
                }
                VolumeFile volume = pool.Folder.FindVolume(volumeId) ?? throw new LimiQuantixException(
                    ErrorCodes.NotFound, "The pool has no such volume.", target: volumeId.ToString());
                return Task.FromResult<DiskAttachment>(new FileDisk
                {
                    NodeId = node,
                    Path = volume.Path,
                    Format = DiskFormat.Qcow2,
                    IsReadOnly = access == VolumeAccess.ReadOnly,
                });
            },
            cancellationToken);

    /// <summary>A file needs no detaching.</summary>
    public Task DetachAsync(Guid volumeId, NodeId node, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public Task DeleteVolumeAsync(Guid volumeId, CancellationToken cancellationToken = default) =>
        RunAsync(
            pool => Task.Run(
                () =>
                {
                    if (pool.Folder.FindVolume(volumeId) is { } volume)
                    {
                        File.Delete(volume.Path);
                        DurableFile.FlushFolder(pool.Folder.Path);
                        _logger.VolumeDeleted(volumeId);
                    }
                    pool.Bases.Sweep();
                    return true;
                },
                cancellationToken),
            cancellationToken);

    public async IAsyncEnumerable<VolumeObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<VolumeFile> volumes = await RunAsync(pool => Task.FromResult(pool.Folder.Volumes().ToList()), cancellationToken).ConfigureAwait(false);
        foreach (VolumeFile volume in volumes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Observe(volume) is { } observation)
                yield return observation;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The jobs work in the area that goes with the pool.
        await _jobs.DisposeAsync().ConfigureAwait(false);
        await _opening.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _disposed = true;
        _pool?.Dispose();
        _pool = null;
        _opening.Release();
    }

    private VolumeObservation? Observe(VolumeFile volume)
    {
        try
        {
            return volume.Observe();
        }
        catch (FileNotFoundException)
        {
            return null; // Deleted meanwhile.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LimiQuantixException)
        {
            // It exists, and that is what matters to who compares the pool with the state. QEMU's user may own it now.
            _logger.VolumeUnreadable(volume.VolumeId, e);
            return new VolumeObservation { VolumeId = volume.VolumeId, SizeBytes = 0, BaseDigest = volume.Copied };
        }
    }

    private async Task<T> RunAsync<T>(Func<OpenPool, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            OpenPool pool = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await call(pool).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.From(e, _folder.Path);
        }
    }

    private async Task<OpenPool> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_pool is { } open)
            return open;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pool ??= OpenPool.Open(_folder, _space, _images, _options, _context.TimeProvider, _logger);
        }
        finally
        {
            _opening.Release();
        }
    }
}
