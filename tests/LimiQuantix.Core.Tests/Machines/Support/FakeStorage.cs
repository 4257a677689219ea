using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A pool in memory. What is in <see cref="Fail"/> is thrown by the method of that name.</summary>
public sealed class FakeStorage : IStorageBackend, ISupportsGrowth
{
    public ConcurrentDictionary<string, byte[]> Bases { get; } = new();

    public ConcurrentDictionary<Guid, VolumeDefinition> Volumes { get; } = new();

    public ConcurrentDictionary<string, Exception> Fail { get; } = new();

    /// <summary>Every call that begins or re-attaches to an import.</summary>
    public ConcurrentQueue<ImportBaseRequest> Imports { get; } = new();

    /// <summary>The imports whose work began.</summary>
    public ConcurrentQueue<Guid> Begun { get; } = new();

    /// <summary>What an import's work comes to, one after the other, before it succeeds.</summary>
    public ConcurrentQueue<LimiQuantixException> ImportErrors { get; } = new();

    /// <summary>What every import's work waits for, after it told that one of two bytes is done.</summary>
    public Task ImportGate { get; set; } = Task.CompletedTask;

    /// <summary>Whether an import's work ignores that it is cancelled.</summary>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Whether the jobs go on when the engine ends, as those of another process do.</summary>
    public bool OutlivesEngine { get; set; }

    /// <summary>The pool's jobs. Another object in its place is a provider that was restarted.</summary>
    public InProcessJobs Jobs { get; set; } = new(TimeProvider.System);

    /// <summary>Runs before every volume is made; its base must still be there afterwards.</summary>
    public Action? BeforeVolume { get; set; }

    /// <summary>Whether its volumes grow.</summary>
    public bool Grows { get; set; } = true;

    public T? GetCapability<T>() where T : class => typeof(T) == typeof(ISupportsGrowth) ? (Grows ? this as T : null) : new CurrentJobs(this) as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    /// <summary>What it says is free.</summary>
    public long AvailableBytes { get; set; } = 1L << 40;

    public Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default) => Task.FromResult(
        new StoragePoolStatus { CapacityBytes = 1L << 40, AvailableBytes = AvailableBytes });

    public Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(FindBaseAsync));
        return Task.FromResult(new FindBaseResult { Base = Bases.TryGetValue(request.Digest.ToString(), out var bytes) ? Observe(request.Digest, bytes) : null });
    }

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default)
    {
        var import = request.Import;
        ThrowIf(nameof(ImportBaseAsync));
        Imports.Enqueue(request);
        return Task.FromResult(Jobs.Ensure(request.JobId, (import.Digest, import.Format, import.LengthBytes, import.VirtualSizeBytes), (progress, token) => ImportAsync(request, progress, token)));
    }

    public Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default)
    {
        var definition = request.Definition;
        ThrowIf(nameof(EnsureVolumeAsync));
        BeforeVolume?.Invoke();
        if (definition.Source is BaseVolumeSource { Digest: var digest } && !Bases.ContainsKey(digest.ToString())) throw new LimiQuantixException(ErrorCodes.NotFound, "The pool has no such base.");
        Volumes[definition.Ownership.ResourceId] = definition;
        return Task.FromResult(new VolumeObservation { VolumeId = definition.Ownership.ResourceId, SizeBytes = definition.SizeBytes });
    }

    public Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(GrowVolumeAsync));
        Volumes[request.VolumeId] = Volumes[request.VolumeId] with { SizeBytes = request.SizeBytes };
        return Task.FromResult(new VolumeObservation { VolumeId = request.VolumeId, SizeBytes = request.SizeBytes });
    }

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(AttachAsync));
        return Task.FromResult(new AttachVolumeResult
        {
            Attachment = new FileDisk { NodeId = request.Node, Path = "/fake/" + request.VolumeId, Format = DiskFormat.Qcow2 },
        });
    }

    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new DetachVolumeResult());

    public Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(DeleteVolumeAsync));
        Volumes.TryRemove(request.VolumeId, out _);
        return Task.FromResult(new DeleteVolumeResult());
    }

    public async IAsyncEnumerable<VolumeObservation> ListAsync(ListVolumesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var volume in Volumes.Values.Where(volume => request.VolumeId is null || request.VolumeId == volume.Ownership.ResourceId))
            yield return new VolumeObservation { VolumeId = volume.Ownership.ResourceId, SizeBytes = volume.SizeBytes };
    }

    public async ValueTask DisposeAsync()
    {
        if (!OutlivesEngine) await Jobs.DisposeAsync();
    }

    private async Task<JobResult?> ImportAsync(ImportBaseRequest request, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var import = request.Import;
        Begun.Enqueue(request.JobId);
        progress.Report(new JobProgress { Step = "copy", Completed = 1, Total = 2 });
        await ImportGate.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken);
        if (ImportErrors.TryDequeue(out var error)) throw error;
        var bytes = await File.ReadAllBytesAsync(import.Source.Path, CancellationToken.None);
        Bases[import.Digest.ToString()] = bytes;
        return new BaseImportResult { Base = Observe(import.Digest, bytes) };
    }

    private static BaseObservation Observe(ImageDigest digest, byte[] bytes) =>
        new() { Digest = digest, VirtualSizeBytes = bytes.Length, AllocatedBytes = bytes.Length };

    private void ThrowIf(string method)
    {
        if (Fail.TryGetValue(method, out var failure)) throw failure;
    }

    /// <summary>A capability is asked for once: the jobs behind it may be others later.</summary>
    private sealed class CurrentJobs(FakeStorage storage) : IProviderJobs
    {
        public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default) => storage.Jobs.FindAsync(request, cancellationToken);

        public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default) => storage.Jobs.WatchAsync(request, cancellationToken);

        public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default) => storage.Jobs.CancelAsync(request, cancellationToken);

        public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default) => storage.Jobs.ForgetAsync(request, cancellationToken);
    }
}
