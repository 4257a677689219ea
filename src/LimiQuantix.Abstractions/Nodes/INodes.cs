namespace LimiQuantix.Nodes;

/// <summary>The hosts that machines run on.</summary>
public interface INodes
{
    /// <summary>Lists the nodes, each with what its hypervisor says now.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives one node.</summary>
    /// <param name="node">The node's name, which is its node id, or its resource id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<Node> GetAsync(ResourceReference node, CancellationToken cancellationToken = default);
}
