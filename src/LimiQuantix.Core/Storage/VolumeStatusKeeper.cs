using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Storage;

/// <summary>What was seen of a volume last.</summary>
internal sealed record VolumeStatusDocument : StatusDocument
{
    /// <summary>The size that its pool says; <see langword="null"/> while the pool cannot read it.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>What it takes in its pool, as it was when it last changed by much.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>Whether it was there once and is not any more.</summary>
    public bool IsMissing { get; init; }
}

/// <summary>Writes what the pools say of the volumes.</summary>
internal sealed class VolumeStatusKeeper(
    IStateStore state, ResourceTable<VolumeDocument> volumes, ProviderInstances providers, TimeProvider time, ILogger<VolumeStatusKeeper> logger)
    : ListedStatusKeeper<IStorageBackend, VolumeDocument, VolumeObservation, VolumeStatusDocument>(state, volumes, providers, time, logger)
{
    // A guest that writes makes its disk a little larger all the time: not each block is a commit.
    private const long LeastChange = 16L << 20;
    private const int LeastPart = 64;

    protected override string Member => nameof(IStorageBackend.ListAsync);

    protected override IAsyncEnumerable<VolumeObservation> ListAsync(IStorageBackend provider, Guid? id, CancellationToken cancellationToken) =>
        provider.ListAsync(new ListVolumesRequest { VolumeId = id }, cancellationToken);

    protected override Guid IdOf(VolumeObservation observation) => observation.VolumeId;

    protected override ListedPlace PlaceOf(VolumeDocument document) => new(document.Spec.Pool, document.Node is null ? null : new NodeId(document.Node));

    protected override VolumeStatusDocument Unseen(Guid id) => new() { Id = id };

    protected override VolumeStatusDocument? Remember(VolumeDocument document, VolumeObservation? seen, VolumeStatusDocument? last)
    {
        // What was never seen is not made yet.
        if (seen is null) return last?.ObservedAt is null ? null : last with { IsMissing = true };
        var allocated = seen.AllocatedBytes;
        if (last?.AllocatedBytes is { } before && allocated is { } now && Math.Abs(now - before) < Math.Max(LeastChange, seen.SizeBytes / LeastPart)) allocated = before;
        return new VolumeStatusDocument { Id = document.Id, SizeBytes = seen.SizeBytes > 0 ? seen.SizeBytes : null, AllocatedBytes = allocated };
    }

    /// <summary>Shows volumes as they were seen last.</summary>
    public async Task<IReadOnlyList<Volume>> ShowAsync(IReadOnlyList<VolumeDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await FindAsync(documents, cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => document.ToVolume(seen[index]))];
    }
}
