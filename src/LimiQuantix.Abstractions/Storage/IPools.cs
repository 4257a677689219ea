namespace LimiQuantix.Storage;

/// <summary>The storage pools.</summary>
public interface IPools
{
    /// <summary>Lists the pools, each with what its backend says now.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<StoragePool>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives one pool.</summary>
    /// <param name="name">The instance's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<StoragePool> GetAsync(string name, CancellationToken cancellationToken = default);
}
