using LimiQuantix.Nodes;

namespace LimiQuantix.Networks;

/// <summary>
/// One network fabric. <c>Ensure</c> with the same id and the same definition succeeds, with a different one is
/// <see cref="ErrorCodes.Conflict"/>; deleting what is absent succeeds. Every network and port carries its <see cref="Ownership"/>.
/// </summary>
public interface INetworkBackend : IProvider
{
    /// <summary>Makes a network.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<NetworkObservation> EnsureNetworkAsync(NetworkDefinition definition, CancellationToken cancellationToken = default);

    /// <summary>Deletes a network. Succeeds when it is absent.</summary>
    /// <param name="networkId">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DeleteNetworkAsync(Guid networkId, CancellationToken cancellationToken = default);

    /// <summary>Makes a port on a network.</summary>
    /// <param name="definition">The port; the engine chose its MAC address.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>; <see cref="ErrorCodes.InvalidArgument"/>: forwards on a fabric that has none.
    /// </exception>
    /// <returns>The port as the fabric made it: host ports that were 0 are chosen, addresses that it assigns are known.</returns>
    Task<PortObservation> EnsurePortAsync(PortDefinition definition, CancellationToken cancellationToken = default);

    /// <summary>Makes a port usable by a hypervisor on a node. A migration has two nodes bound at once.</summary>
    /// <param name="portId">The port.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<NicAttachment> BindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default);

    /// <summary>Ends what <see cref="BindPortAsync"/> did. Succeeds when nothing is bound.</summary>
    /// <param name="portId">The port.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task UnbindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default);

    /// <summary>Deletes a port. Succeeds when it is absent.</summary>
    /// <param name="portId">The port.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DeletePortAsync(Guid portId, CancellationToken cancellationToken = default);
}
