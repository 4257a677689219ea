using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>A strict pool: what the contract calls an error is one.</summary>
internal sealed partial class FakeStorage : FakeProvider, IStorageBackend, IProviderJobs, ISupportsGrowth
{
    private const long MaximumSizeBytes = 1L << 50;
    private readonly FakeStorageOptions _options;
    private readonly FakeStorageSide _side;

    public FakeStorage(ProviderContext context, FakeStorageOptions options) : base(nameof(IStorageBackend), context, options)
    {
        _options = options;
        _side = new FakeStorageSide(World, context.InstanceName);
        _jobs = new InProcessJobs(World.TimeProvider);
    }

    public Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default) => CallAsync(
        nameof(GetStatusAsync),
        null,
        things => new StoragePoolStatus
        {
            CapacityBytes = _options.CapacityBytes,
            AvailableBytes = Math.Max(0, _options.CapacityBytes - Used(things)),
            IsShared = _options.IsShared,
        },
        cancellationToken);

    public Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(EnsureVolumeAsync), request.Call, request.Definition.Ownership.ResourceId, things => Ensure(things, request.Definition), cancellationToken);
    }

    public Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(GrowVolumeAsync),
            request.Call,
            request.VolumeId,
            things =>
            {
                if (request.SizeBytes is <= 0 or > MaximumSizeBytes || request.SizeBytes % 512 != 0)
                    throw Invalid($"The size is a multiple of 512 from 512 to {MaximumSizeBytes}.", nameof(request.SizeBytes));
                var volume = FindOurs(things, request.VolumeId) ?? throw NotFound("volume", request.VolumeId);
                if (request.SizeBytes < volume.Definition.SizeBytes) throw Invalid("A volume only grows.", nameof(request.SizeBytes));
                if (request.SizeBytes > volume.Definition.SizeBytes) Demand(things, 0);
                _side.Put(things, volume = volume with { Definition = volume.Definition with { SizeBytes = request.SizeBytes } });
                return Observe(things, volume);
            },
            cancellationToken);
    }

    public Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(AttachAsync), request.Call, request.VolumeId, things => Attach(things, request), cancellationToken);
    }

    public Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(DetachAsync),
            request.Call,
            request.VolumeId,
            things =>
            {
                if (FindOurs(things, request.VolumeId) is { } volume)
                    _side.Put(things, volume with { Attachments = [.. volume.Attachments.Where(attachment => attachment.Id != request.AttachmentId)] });
                return new DetachVolumeResult();
            },
            cancellationToken);
    }

    public Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(DeleteVolumeAsync),
            request.Call,
            request.VolumeId,
            things =>
            {
                if (FindOurs(things, request.VolumeId) is not { } volume) return new DeleteVolumeResult();
                if (volume.Attachments is [var used, ..])
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition, $"Node '{used.Node}' still uses the volume.", "Detach it first.", request.VolumeId.ToString());
                }

                _side.Remove(things, volume, World.TimeProvider.GetUtcNow());
                things.RemoveAside(MarkKey(request.VolumeId));
                return new DeleteVolumeResult();
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<VolumeObservation> ListAsync(
        ListVolumesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var volumes = await CallAsync(
            nameof(ListAsync),
            null,
            things => _side.All(things).Where(volume => volume.Definition.Ownership.InstallationId == Context.InstallationId)
                .Where(volume => request.VolumeId is null || request.VolumeId == volume.Definition.Ownership.ResourceId)
                .Select(volume => Observe(things, volume)).ToList(),
            cancellationToken).ConfigureAwait(false);
        foreach (var volume in volumes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return volume;
        }
    }

    private Task<T> MutateAsync<T>(string member, ProviderCall call, Guid volumeId, Func<FakeThings, T> effect, CancellationToken cancellationToken) =>
        MutateAsync(member, volumeId.ToString(), call, MarkKey(volumeId), effect, cancellationToken);

    private VolumeObservation Observe(FakeThings things, FakeVolume volume) => new()
    {
        VolumeId = volume.Definition.Ownership.ResourceId,
        SizeBytes = volume.Definition.SizeBytes,
        BaseDigest = FakeStorageSide.BaseOf(volume.Definition),
        Mark = Mark(things, volume.Definition.Ownership.ResourceId),
    };

    private VolumeObservation Ensure(FakeThings things, VolumeDefinition definition)
    {
        CheckOwner(definition.Ownership);
        var id = definition.Ownership.ResourceId;
        if (definition.SizeBytes is <= 0 or > MaximumSizeBytes || definition.SizeBytes % 512 != 0)
            throw Invalid($"The size is a multiple of 512 from 512 to {MaximumSizeBytes}.", nameof(definition.SizeBytes));
        if (_side.Find(things, id) is { } there)
            return there.Definition == definition ? Observe(things, there) : throw Conflict("volume", id);
        if (definition.Source is not (BlankVolumeSource or BaseVolumeSource))
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The fake makes no volume of a {definition.Source.GetType().Name}.", target: nameof(definition.Source));
        }

        if (FakeStorageSide.BaseOf(definition) is { } digest)
        {
            var from = _side.FindBase(things, digest) ?? throw NotFound("base", digest);
            if (definition.SizeBytes < from.Import.VirtualSizeBytes) throw Invalid("The volume is smaller than its base.", nameof(definition.SizeBytes));
        }

        Demand(things, 0);
        var volume = new FakeVolume { Definition = definition };
        _side.Put(things, volume);
        if (FakeStorageSide.BaseOf(definition) is { } used) _side.Release(things, used);
        return Observe(things, volume);
    }

    private AttachVolumeResult Attach(FakeThings things, AttachVolumeRequest request)
    {
        var volume = FindOurs(things, request.VolumeId) ?? throw NotFound("volume", request.VolumeId);
        if (!_options.IsShared && request.Node != Context.NodeId)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The pool is on node '{Context.NodeId}', and '{request.Node}' does not reach it.", target: request.Node.ToString());
        }

        var wanted = new FakeAttachment { Id = request.AttachmentId, MachineId = request.MachineId, Node = request.Node, Access = request.Access };
        var there = volume.Attachments.FirstOrDefault(other => other.Id == request.AttachmentId);
        if (there is not null && there with { Device = 0 } != wanted) throw Conflict("attachment", request.AttachmentId);
        if (there is null)
        {
            there = wanted with { Device = _side.NextDevice(things) };
            _side.Put(things, volume with { Attachments = [.. volume.Attachments, there] });
        }

        return new AttachVolumeResult { Attachment = Describe(volume, there) };
    }

    private DiskAttachment Describe(FakeVolume volume, FakeAttachment attachment)
    {
        var isReadOnly = attachment.Access == VolumeAccess.ReadOnly;
        return _options.GivesDevices
            ? new BlockDisk { NodeId = attachment.Node, Path = $"/dev/fake{attachment.Device}", IsReadOnly = isReadOnly }
            : new FileDisk
            {
                NodeId = attachment.Node,
                Path = $"/fake/{Context.InstanceName}/{volume.Definition.Ownership.ResourceId}.qcow2",
                Format = DiskFormat.Qcow2,
                IsReadOnly = isReadOnly,
            };
    }

    private FakeVolume? FindOurs(FakeThings things, Guid id) =>
        _side.Find(things, id) is { } volume && volume.Definition.Ownership.InstallationId == Context.InstallationId ? volume : null;

    private long Used(FakeThings things) => _side.AllBases(things).Sum(item => item.Import.LengthBytes);

    private void Demand(FakeThings things, long bytes)
    {
        if (Used(things) + bytes >= _options.CapacityBytes)
            throw new LimiQuantixException(ErrorCodes.InsufficientSpace, "The pool is full.", "Delete something.", Context.InstanceName);
    }
}
