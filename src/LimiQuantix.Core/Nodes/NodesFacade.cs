using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Nodes;

/// <summary>The nodes as one caller sees them.</summary>
internal sealed class NodesFacade(Caller caller, Access access, NodeRecords records, ProviderInstances providers) : INodes
{
    private const string Kind = "nodes";

    public async Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.NodesList, Access.InstallationTarget(Kind), null, cancellationToken).ConfigureAwait(false);
        var nodes = await records.ListAsync(cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(nodes.Select(node => DescribeAsync(node, cancellationToken))).ConfigureAwait(false);
    }

    public async Task<Node> GetAsync(ResourceReference node, CancellationToken cancellationToken = default)
    {
        var found = await records.FindAsync(node, cancellationToken).ConfigureAwait(false)
            ?? throw new LimiQuantixException(ErrorCodes.NotFound, $"There is no node '{Names.Show(node.ToString())}'.", "List the nodes to see which exist.", node.ToString());
        await access.EnsureAllowedAsync(caller, Actions.NodesGet, Access.InstallationTarget(Kind, found.Name), null, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(found, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Node> DescribeAsync(NodeDocument node, CancellationToken cancellationToken)
    {
        if (providers.All<IHypervisor>().FirstOrDefault(one => one.Node?.Value == node.Name) is not { } instance) return node.ToNode(new NodeStatus());
        try
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
            return node.ToNode(new NodeStatus { Hypervisor = await hypervisor.DescribeAsync(new DescribeHypervisorRequest(), cancellationToken).ConfigureAwait(false) });
        }
        catch (LimiQuantixException exception)
        {
            return node.ToNode(new NodeStatus { Error = exception.Error });
        }
    }
}
