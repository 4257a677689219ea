using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Jobs;

namespace LimiQuantix.Storage;

/// <summary>
/// Capability of an <see cref="IStorageBackend"/>: it copies what no running machine has open, by a job that may outlast a call. Declared; no backend has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsVolumeCopy
{
    /// <summary>
    /// Begins to make a volume that depends on nothing: a copy of another one of the pool, of a snapshot or of a base, as its definition's source says. The volume appears whole
    /// or not at all; the job succeeds with a <see cref="VolumeCopyResult"/>, at once when it is there.
    /// </summary>
    /// <param name="request">The volume, and the job.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>; <see cref="ErrorCodes.NotFound"/>: the source.</exception>
    Task<JobObservation> CopyVolumeAsync(CopyVolumeRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to copy a volume.</summary>
[Experimental("LQX002")]
public sealed record CopyVolumeRequest : MutatingRequest
{
    /// <summary>The job's id, which the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The new volume.</summary>
    public required VolumeDefinition Definition { get; init; }
}

/// <summary>What <see cref="ISupportsVolumeCopy.CopyVolumeAsync"/> comes to.</summary>
[Experimental("LQX002")]
public sealed record VolumeCopyResult : JobResult
{
    /// <summary>The volume.</summary>
    public required VolumeObservation Volume { get; init; }
}
