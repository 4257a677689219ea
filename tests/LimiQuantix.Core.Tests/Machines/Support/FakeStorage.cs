using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>A pool in memory. What is in <see cref="Fail"/> is thrown by the method of that name.</summary>
public sealed class FakeStorage : IStorageBackend
{
    public ConcurrentDictionary<string, byte[]> Bases { get; } = new();

    public ConcurrentDictionary<Guid, VolumeDefinition> Volumes { get; } = new();

    public ConcurrentDictionary<string, Exception> Fail { get; } = new();

    /// <summary>What <see cref="BeginBaseAsync"/> accepts.</summary>
    public IReadOnlyList<DiskFormat> BaseFormats { get; set; } = [DiskFormat.Qcow2, DiskFormat.Raw];

    /// <summary>Every base that was begun, also those that were there or were not committed.</summary>
    public ConcurrentQueue<BaseDefinition> Begun { get; } = new();

    /// <summary>What every write of a base waits for.</summary>
    public Task WriteGate { get; set; } = Task.CompletedTask;

    /// <summary>Runs before every volume is made; its base must still be there afterwards.</summary>
    public Action? BeforeVolume { get; set; }

    public T? GetCapability<T>() where T : class => null;

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Task.FromResult(
        new StoragePoolStatus { CapacityBytes = 1L << 40, AvailableBytes = 1L << 40, BaseFormats = BaseFormats });

    public Task<IVolumeWriter?> BeginBaseAsync(BaseDefinition definition, CancellationToken cancellationToken = default)
    {
        ThrowIf(nameof(BeginBaseAsync));
        if (!BaseFormats.Contains(definition.Format)) throw new LimiQuantixException(ErrorCodes.UnsupportedFormat, "The fake was told not to take it.");
        Begun.Enqueue(definition);
        var key = definition.Digest.ToString();
        return Task.FromResult<IVolumeWriter?>(Bases.ContainsKey(key) ? null : new FakeVolumeWriter(bytes => Bases[key] = bytes, definition.LengthBytes, WriteGate));
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

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void ThrowIf(string method)
    {
        if (Fail.TryGetValue(method, out var failure)) throw failure;
    }
}
