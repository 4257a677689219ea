namespace LimiQuantix.Networks;

/// <summary>The networks that machines connect to. The built-in one, <c>user</c>, is QEMU's user-mode network.</summary>
public interface INetworks
{
    /// <summary>Lists the networks of the caller's project.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<VirtualNetwork>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives one network.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<VirtualNetwork> GetAsync(Guid id, CancellationToken cancellationToken = default);
}
