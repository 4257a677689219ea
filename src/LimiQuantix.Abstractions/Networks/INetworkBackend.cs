namespace LimiQuantix.Networks;

/// <summary>
/// One network fabric. <c>Ensure</c> with the same id and the same definition succeeds, with a different one is
/// <see cref="ErrorCodes.Conflict"/>; deleting what is absent succeeds. Every network and port carries its <see cref="Ownership"/>. What changes
/// something answers <see cref="ErrorCodes.Fenced"/> to a <see cref="ProviderCall"/> that is lower than one that was heard.
/// </summary>
public interface INetworkBackend : IProvider
{
    /// <summary>Makes a network.</summary>
    /// <param name="request">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a network. Succeeds when it is absent.</summary>
    /// <param name="request">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: it has ports; they are deleted first.</exception>
    Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default);

    /// <summary>Makes a port on a network.</summary>
    /// <param name="request">The port; the engine chose its MAC address.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>.</exception>
    /// <returns>The port as the fabric made it: addresses that it assigns are known.</returns>
    Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a port usable by a hypervisor on a node, and chooses the node's ports that are forwarded to it: those that were 0, each one that nothing on the node and no
    /// other port has. Bound again with the same forwards, or with those that were chosen, it is the same binding. A migration has two nodes bound at once.
    /// </summary>
    /// <param name="request">The port, for which machine and where.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.Conflict"/>: bound there with other forwards; <see cref="ErrorCodes.InvalidArgument"/>: forwards on a
    /// fabric that has none.
    /// </exception>
    Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends what <see cref="BindPortAsync"/> did. Succeeds when nothing is bound.</summary>
    /// <param name="request">What is bound.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a port. Succeeds when it is absent.</summary>
    /// <param name="request">The port.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists this installation's networks, so that what a crash left behind is found. A fabric that keeps nothing of its own lists what it was asked for
    /// since it was opened.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists this installation's ports, likewise.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default);
}
