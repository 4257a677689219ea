using LimiQuantix.Jobs;

namespace LimiQuantix.Storage;

/// <summary>
/// One storage pool. <c>Ensure</c> with the same id and the same definition succeeds, with a different one is
/// <see cref="ErrorCodes.Conflict"/>; deleting what is absent succeeds. Every volume carries its <see cref="Ownership"/>. What changes something
/// answers <see cref="ErrorCodes.Fenced"/> to a <see cref="ProviderCall"/> that is lower than one that was heard.
/// </summary>
public interface IStorageBackend : IProvider
{
    /// <summary>Says how large and how full the pool is.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StoragePoolStatus> GetStatusAsync(GetPoolStatusRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says whether the pool has a base: an image's bytes, kept once per digest, read-only, and held as long as a volume depends on it. A
    /// pool that removes unused bases by itself keeps one that was asked for, or just imported, for ten minutes at least.
    /// </summary>
    /// <param name="request">The base.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins to make a base, as a job (see <see cref="IProviderJobs"/>, which every backend has as a capability), and answers how far it is.
    /// The pool copies the file, or converts it to a format of its own. The base appears whole or not at all, once however many jobs
    /// make it; the job succeeds with a <see cref="BaseImportResult"/>, at once when the base is there. The same job id with another digest,
    /// format or size is a conflict; the source may differ.
    /// </summary>
    /// <param name="request">The base, and the job.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>; <see cref="ErrorCodes.UnsupportedFormat"/>; <see cref="ErrorCodes.InvalidArgument"/>;
    /// <see cref="ErrorCodes.FailedPrecondition"/>: the pool does not reach files of that node. These, <see cref="ErrorCodes.InsufficientSpace"/>
    /// and others may also become the job's error.
    /// </exception>
    Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default);

    /// <summary>Makes a volume.</summary>
    /// <param name="request">The volume.</param>
    /// <param name="cancellationToken">Ends the call, and removes what is half-made; a volume that is made stays.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: the base is not in the pool; <see cref="ErrorCodes.Conflict"/>;
    /// <see cref="ErrorCodes.InsufficientSpace"/>; <see cref="ErrorCodes.InvalidArgument"/>: smaller than its base.
    /// </exception>
    Task<VolumeObservation> EnsureVolumeAsync(EnsureVolumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Makes a volume reachable on a node. A migration has two nodes attached at once.</summary>
    /// <param name="request">The volume, for which machine, where and how.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<AttachVolumeResult> AttachAsync(AttachVolumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends what <see cref="AttachAsync"/> did. Succeeds when nothing is attached.</summary>
    /// <param name="request">What is attached.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DetachVolumeResult> DetachAsync(DetachVolumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a volume, and its base when no other volume depends on it. Succeeds when it is absent.</summary>
    /// <param name="request">The volume.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: a node still uses it.</exception>
    Task<DeleteVolumeResult> DeleteVolumeAsync(DeleteVolumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists the volumes of this installation that are in the pool.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<VolumeObservation> ListAsync(ListVolumesRequest request, CancellationToken cancellationToken = default);
}
