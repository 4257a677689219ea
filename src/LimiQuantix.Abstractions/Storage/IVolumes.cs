namespace LimiQuantix.Storage;

/// <summary>The volumes in the pools. A machine's root volume comes and goes with its machine.</summary>
public interface IVolumes
{
    /// <summary>Gives one volume.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Volume> GetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists the volumes of the caller's project.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Volume>> ListAsync(CancellationToken cancellationToken = default);
}
