using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Storage;

/// <summary>
/// Capability of an <see cref="IStorageBackend"/>: it knows what of a volume changed between two snapshots, without reading it. Declared; no backend has it
/// yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsChangedExtents
{
    /// <summary>Lists what differs, in the order of offsets, without overlaps. More than differs may be told, and never less.</summary>
    /// <param name="request">The volume, since when and until when.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: the volume or a snapshot.</exception>
    IAsyncEnumerable<VolumeExtent> ListChangedExtentsAsync(ListChangedExtentsRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks what of a volume changed.</summary>
[Experimental("LQX002")]
public sealed record ListChangedExtentsRequest
{
    /// <summary>The volume.</summary>
    public required Guid VolumeId { get; init; }

    /// <summary>Since this snapshot; <see langword="null"/>: everything that there is.</summary>
    public Guid? SinceSnapshotId { get; init; }

    /// <summary>Until this snapshot.</summary>
    public required Guid SnapshotId { get; init; }
}

/// <summary>A piece of a volume.</summary>
[Experimental("LQX002")]
public sealed record VolumeExtent
{
    /// <summary>Where it begins, in bytes.</summary>
    public required long OffsetBytes { get; init; }

    /// <summary>How long it is, in bytes.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>Whether it reads as zeros: nothing of it has to be read.</summary>
    public bool IsZero { get; init; }
}
