using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A pool in memory. What is in <see cref="Fail"/> is thrown by the method of that name.</summary>
public sealed class FakeStorage : IStorageBackend
{
    public ConcurrentDictionary<string, byte[]> Bases { get; } = new();

    public ConcurrentDictionary<Guid, VolumeDefinition> Volumes { get; } = new();

    public ConcurrentDictionary<string, Exception> Fail { get; } = new();

    /// <summary>Every call that begins or re-attaches to an import.</summary>
    public ConcurrentQueue<BaseImport> Imports { get; } = new();

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

    public T? GetCapability<T>() where T : class => new CurrentJobs(this) as T;

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Task.FromResult(
        new StoragePoolStatus { CapacityBytes = 1L << 40, AvailableBytes = 1L << 40 });

    public Task<BaseObservation?> FindBaseAsync(ImageDigest digest, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(FindBaseAsync));
        return Task.FromResult(Bases.TryGetValue(digest.ToString(), out var bytes) ? Observe(digest, bytes) : null);
    }

    public Task<JobObservation> ImportBaseAsync(BaseImport import, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(ImportBaseAsync));
        Imports.Enqueue(import);
        return Task.FromResult(Jobs.Ensure(import.JobId, (import.Digest, import.Format, import.LengthBytes, import.VirtualSizeBytes), (progress, token) => ImportAsync(import, progress, token)));
    }

    public Task<VolumeObservation> EnsureVolumeAsync(VolumeDefinition definition, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(EnsureVolumeAsync));
        BeforeVolume?.Invoke();
        if (!Bases.ContainsKey(definition.BaseDigest!.ToString())) throw new LimiQuantixException(ErrorCodes.NotFound, "The pool has no such base.");
        Volumes[definition.Ownership.ResourceId] = definition;
        return Task.FromResult(new VolumeObservation { VolumeId = definition.Ownership.ResourceId, SizeBytes = definition.SizeBytes });
    }

    public Task<DiskAttachment> AttachAsync(Guid volumeId, NodeId node, VolumeAccess access, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(AttachAsync));
        return Task.FromResult<DiskAttachment>(new FileDisk { NodeId = node, Path = "/fake/" + volumeId, Format = DiskFormat.Qcow2 });
    }

    public Task DetachAsync(Guid volumeId, NodeId node, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task DeleteVolumeAsync(Guid volumeId, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(DeleteVolumeAsync));
        Volumes.TryRemove(volumeId, out _);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<VolumeObservation> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var volume in Volumes.Values)
            yield return new VolumeObservation { VolumeId = volume.Ownership.ResourceId, SizeBytes = volume.SizeBytes };
    }

    public async ValueTask DisposeAsync()
    {
        if (!OutlivesEngine) await Jobs.DisposeAsync();
    }

    private async Task<JobResult?> ImportAsync(BaseImport import, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        Begun.Enqueue(import.JobId);
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
        public Task<JobObservation?> FindAsync(Guid jobId, CancellationToken cancellationToken = default) => storage.Jobs.FindAsync(jobId, cancellationToken);

        public IAsyncEnumerable<JobObservation> WatchAsync(Guid jobId, CancellationToken cancellationToken = default) => storage.Jobs.WatchAsync(jobId, cancellationToken);

        public Task CancelAsync(Guid jobId, CancellationToken cancellationToken = default) => storage.Jobs.CancelAsync(jobId, cancellationToken);

        public Task ForgetAsync(Guid jobId, CancellationToken cancellationToken = default) => storage.Jobs.ForgetAsync(jobId, cancellationToken);
    }
}
