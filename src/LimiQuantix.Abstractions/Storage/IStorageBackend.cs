using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;

namespace LimiQuantix.Storage;

/// <summary>
/// One storage pool. <c>Ensure</c> with the same id and the same definition succeeds, with a different one is
/// <see cref="ErrorCodes.Conflict"/>; deleting what is absent succeeds. Every volume carries its <see cref="Ownership"/>.
/// </summary>
public interface IStorageBackend : IProvider
{
    /// <summary>Says how large and how full the pool is.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<StoragePoolStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Says whether the pool has a base: an image's bytes, kept once per digest, read-only, and held as long as a volume depends on it. A
    /// pool that removes unused bases by itself keeps one that was asked for, or just imported, for ten minutes at least.
    /// </summary>
    /// <param name="digest">The digest of the image file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The base, or <see langword="null"/> when the pool does not have it.</returns>
    Task<BaseObservation?> FindBaseAsync(ImageDigest digest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins to make a base, as a job (see <see cref="IProviderJobs"/>, which every backend has as a capability), and answers how far it is.
    /// The pool copies the file, or converts it to a format of its own. The base appears whole or not at all, once however many jobs
    /// make it; the job succeeds with a <see cref="BaseImportResult"/>, at once when the base is there. The same job id with another digest,
    /// format or size is a conflict; the source may differ.
    /// </summary>
    /// <param name="import">The base.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>; <see cref="ErrorCodes.UnsupportedFormat"/>; <see cref="ErrorCodes.InvalidArgument"/>;
    /// <see cref="ErrorCodes.FailedPrecondition"/>: the pool does not reach files of that node. These, <see cref="ErrorCodes.InsufficientSpace"/>
    /// and others may also become the job's error.
    /// </exception>
    Task<JobObservation> ImportBaseAsync(BaseImport import, CancellationToken cancellationToken = default);

    /// <summary>Makes a volume.</summary>
    /// <param name="definition">The volume.</param>
    /// <param name="cancellationToken">Ends the call, and removes what is half-made; a volume that is made stays.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: the base is not in the pool; <see cref="ErrorCodes.Conflict"/>;
    /// <see cref="ErrorCodes.InsufficientSpace"/>; <see cref="ErrorCodes.InvalidArgument"/>: smaller than its base.
    /// </exception>
    Task<VolumeObservation> EnsureVolumeAsync(VolumeDefinition definition, CancellationToken cancellationToken = default);

    /// <summary>Makes a volume reachable on a node. A migration has two nodes attached at once.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="node">The node.</param>
    /// <param name="access">Read-write or read-only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<DiskAttachment> AttachAsync(Guid volumeId, NodeId node, VolumeAccess access, CancellationToken cancellationToken = default);

    /// <summary>Ends what <see cref="AttachAsync"/> did. Succeeds when nothing is attached.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DetachAsync(Guid volumeId, NodeId node, CancellationToken cancellationToken = default);

    /// <summary>Deletes a volume, and its base when no other volume depends on it. Succeeds when it is absent.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: a node still uses it.</exception>
    Task DeleteVolumeAsync(Guid volumeId, CancellationToken cancellationToken = default);

    /// <summary>Lists the volumes of this installation that are in the pool.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<VolumeObservation> ListAsync(CancellationToken cancellationToken = default);
}
