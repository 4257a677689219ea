namespace LimiQuantix.Storage;

/// <summary>A capability of an <see cref="IStorageBackend"/>: volumes that no running machine has grow.</summary>
public interface ISupportsGrowth
{
    /// <summary>
    /// Makes a volume larger; what is behind its former end reads as zeros. From then on <see cref="IStorageBackend.EnsureVolumeAsync"/> succeeds for a definition with the new
    /// size. Succeeds when it has that size. The volume has the new size or the old one, whatever happens.
    /// </summary>
    /// <param name="request">The volume, and its new size.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The volume as it is now.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.InvalidArgument"/>: smaller than it is, or no multiple of 512;
    /// <see cref="ErrorCodes.InsufficientSpace"/>.
    /// </exception>
    Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default);
}
