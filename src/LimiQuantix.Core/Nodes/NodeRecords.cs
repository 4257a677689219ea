using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>The stored nodes. The one that this engine runs on is stored when it is first asked for.</summary>
internal sealed class NodeRecords(IStateStore store, ProviderInstances instances, NodeId local, TimeProvider timeProvider)
{
    private const string Prefix = "nodes/";

    public async Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken)
    {
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = Prefix }, cancellationToken).ConfigureAwait(false);
        var nodes = entries.Select(entry => DocumentSerializer<Node>.Read(entry).Value).ToList();
        // A node is there as soon as an instance is on it.
        nodes.AddRange(instances.All().Select(instance => instance.Node).OfType<NodeId>().Distinct()
            .Where(id => id != local && !nodes.Exists(node => node.Id == id)).Select(id => new Node { Id = id, CreatedAt = timeProvider.GetUtcNow() }).ToList());
        if (nodes.Exists(node => node.Id == local)) return nodes;

        var node = new Node { Id = local, CreatedAt = timeProvider.GetUtcNow() };
        var key = Prefix + local.Value;
        var commit = await store.CommitPatientlyAsync(
            new StateTransaction
            {
                Conditions = [new StateCondition { Key = key, ExpectedVersion = 0 }],
                Mutations = [new StateMutation { Key = key, Value = DocumentSerializer<Node>.Write(node) }],
            },
            cancellationToken).ConfigureAwait(false);
        return commit.IsCommitted ? [.. nodes, node] : await ListAsync(cancellationToken).ConfigureAwait(false);
    }
}
