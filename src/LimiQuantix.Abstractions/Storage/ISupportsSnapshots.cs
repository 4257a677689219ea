using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Storage;

/// <summary>
/// Capability of an <see cref="IStorageBackend"/>: volumes have snapshots. Who makes one of a disk in use is said in docs/disks-in-use.md. Declared; no
/// backend has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsSnapshots
{
    /// <summary>Makes a snapshot. The same id of the same volume succeeds, of another one is <see cref="ErrorCodes.Conflict"/>.</summary>
    /// <param name="request">The snapshot, and its volume.</param>
    /// <param name="cancellationToken">Ends the call; a snapshot is made or not.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.InsufficientSpace"/>.</exception>
    Task<SnapshotObservation> EnsureSnapshotAsync(EnsureSnapshotRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a snapshot. Succeeds when it is absent; volumes that began as it stay.</summary>
    /// <param name="request">The snapshot.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeleteSnapshotResult> DeleteSnapshotAsync(DeleteSnapshotRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives a volume that nothing uses a snapshot's content again. The volume has either content, whatever happens.</summary>
    /// <param name="request">The volume, and its snapshot.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: a node uses the volume.</exception>
    Task<RevertVolumeResult> RevertVolumeAsync(RevertVolumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists this installation's snapshots in the pool.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<SnapshotObservation> ListSnapshotsAsync(ListSnapshotsRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks for a snapshot of a volume.</summary>
[Experimental("LQX002")]
public sealed record EnsureSnapshotRequest : MutatingRequest
{
    /// <summary>The ownership mark; its resource id is the snapshot's id.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }
}

/// <summary>A snapshot as the backend sees it.</summary>
[Experimental("LQX002")]
public sealed record SnapshotObservation
{
    /// <summary>The snapshot's id.</summary>
    public required Guid SnapshotId { get; init; }

    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>The volume's size in bytes at that moment.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What it takes in the pool, in bytes; <see langword="null"/> when the pool cannot tell.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>What is kept of the highest call that changed it; <see langword="null"/> when nothing is.</summary>
    public ProviderMark? Mark { get; init; }
}

/// <summary>Asks to delete a snapshot.</summary>
[Experimental("LQX002")]
public sealed record DeleteSnapshotRequest : MutatingRequest
{
    /// <summary>The snapshot.</summary>
    public required Guid SnapshotId { get; init; }

    /// <summary>Its volume.</summary>
    public required Guid VolumeId { get; init; }
}

/// <summary>That a snapshot is no more.</summary>
[Experimental("LQX002")]
public sealed record DeleteSnapshotResult;

/// <summary>Asks to give a volume a snapshot's content.</summary>
[Experimental("LQX002")]
public sealed record RevertVolumeRequest : MutatingRequest
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>Its snapshot.</summary>
    public required Guid SnapshotId { get; init; }
}

/// <summary>That a volume has a snapshot's content.</summary>
[Experimental("LQX002")]
public sealed record RevertVolumeResult;

/// <summary>Asks for snapshots.</summary>
[Experimental("LQX002")]
public sealed record ListSnapshotsRequest
{
    /// <summary>Of this volume alone.</summary>
    public Guid? VolumeId { get; init; }
}
