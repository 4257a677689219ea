using System.Runtime.CompilerServices;
using LimiQuantix.Disks;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory;

/// <summary>A storage pool in a folder. The folder is touched at the first call.</summary>
internal sealed class DirectoryStorage : IStorageBackend, ISupportsGrowth
{
    private readonly ProviderContext _context;
    private readonly DirectoryStorageOptions _options;
    private readonly ILogger _logger;
    private readonly PoolFolder _folder;
    private readonly SpaceGuard _space;
    private readonly PoolImages _images;
    private readonly DirectoryStorageDoctor _doctor;
    private readonly InProcessJobs _jobs;
    private readonly ProviderFence _fence;
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
        _fence = new ProviderFence(context);
        _jobs = new InProcessJobs(context.TimeProvider, fence: _fence);
        _doctor = new DirectoryStorageDoctor(_folder, _space, _images);
    }

    public T? GetCapability<T>() where T : class => _jobs as T ?? _doctor as T ?? this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) =>
        _doctor.CheckHealthAsync(token => OpenAsync(token), cancellationToken);

    public Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default) =>
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

    public Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool =>
            {
                pool.Bases.Reserve(request.Digest);
                return Task.FromResult(new FindBaseResult { Base = pool.Folder.FindBase(request.Digest)?.Observe() });
            },
            cancellationToken);
    }

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BaseImport import = request.Import;
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
                _fence.Admit(request.Call, target: import.Digest.ToString());
                // Where the bytes come from is no part of what they are.
                var definition = (import.Digest, import.Format, import.LengthBytes, import.VirtualSizeBytes);
                return Task.FromResult(_jobs.Ensure(request.JobId, definition, (progress, token) => pool.Importer.ImportAsync(import, progress, token)));
            },
            cancellationToken);
    }

    public Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool =>
            {
                Definitions.Check(request.Definition, _context.InstallationId);
                return pool.Maker.EnsureAsync(request.Definition, request.Call, cancellationToken);
            },
            cancellationToken);
    }

    public Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool =>
            {
                Definitions.CheckVolume(request.SizeBytes, nameof(request.SizeBytes));
                return pool.Maker.GrowAsync(request.VolumeId, request.SizeBytes, request.Call, cancellationToken);
            },
            cancellationToken);
    }

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool =>
            {
                NodeId node = request.Node;
                if (!_options.IsShared && node != _context.NodeId)
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition,
                        $"The pool is a folder of node {_context.NodeId}, and {node} does not have it.",
                        "Place the machine on the pool's node, or set IsShared where every node mounts the folder.",
                        node.ToString());
                }
                pool.Marks.Admit(request.Call, request.VolumeId);
                VolumeFile volume = pool.Folder.FindVolume(request.VolumeId) ?? throw new LimiQuantixException(
                    ErrorCodes.NotFound, "The pool has no such volume.", target: request.VolumeId.ToString());
                pool.Marks.Keep(request.Call, request.VolumeId);
                return Task.FromResult(new AttachVolumeResult
                {
                    Attachment = new FileDisk
                    {
                        NodeId = node,
                        Path = volume.Path,
                        Format = DiskFormat.Qcow2,
                        IsReadOnly = request.Access == VolumeAccess.ReadOnly,
                    },
                });
            },
            cancellationToken);
    }

    /// <summary>A file needs no detaching.</summary>
    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool =>
            {
                pool.Marks.Admit(request.Call, request.VolumeId);
                return Task.FromResult(new DetachVolumeResult());
            },
            cancellationToken);
    }

    public Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            pool => Task.Run(
                () =>
                {
                    pool.Marks.Admit(request.Call, request.VolumeId);
                    if (pool.Folder.FindVolume(request.VolumeId) is { } volume)
                    {
                        File.Delete(volume.Path);
                        DurableFile.FlushFolder(pool.Folder.Path);
                        _logger.VolumeDeleted(request.VolumeId);
                    }
                    pool.Marks.Forget(request.VolumeId);
                    pool.Bases.Sweep();
                    return new DeleteVolumeResult();
                },
                cancellationToken),
            cancellationToken);
    }

    public async IAsyncEnumerable<VolumeObservation> ListAsync(
        ListVolumesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (List<VolumeFile> volumes, VolumeMarks marks) = await RunAsync(
            pool => Task.FromResult((pool.Folder.Volumes().ToList(), pool.Marks)), cancellationToken).ConfigureAwait(false);
        foreach (VolumeFile volume in volumes.Where(volume => request.VolumeId is null || request.VolumeId == volume.VolumeId))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Observe(volume, marks) is { } observation)
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

    private VolumeObservation? Observe(VolumeFile volume, VolumeMarks marks)
    {
        try
        {
            return volume.Observe() with { Mark = marks.Read(volume.VolumeId) };
        }
        catch (FileNotFoundException)
        {
            return null; // Deleted meanwhile.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LimiQuantixException)
        {
            // It exists, and that is what matters to who compares the pool with the state. QEMU's user may own it now.
            _logger.VolumeUnreadable(volume.VolumeId, e.Message);
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
            return _pool ??= OpenPool.Open(_folder, _space, _images, _options, _fence, _context.TimeProvider, _logger);
        }
        finally
        {
            _opening.Release();
        }
    }
}
