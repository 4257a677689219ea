using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>The stored nodes. The one that the engine runs on is stored by whoever leads, and known to its own process before.</summary>
internal sealed class NodeRecords(IStateStore store, NodeId local, TimeProvider timeProvider) : IEngineService
{
    private const string Prefix = "nodes/";
    private readonly Node _local = new() { Id = local, CreatedAt = timeProvider.GetUtcNow() };

    public async Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken)
    {
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = Prefix }, cancellationToken).ConfigureAwait(false);
        var nodes = entries.Select(entry => DocumentSerializer<Node>.Read(entry).Value).ToList();
        return nodes.Exists(node => node.Id == local) ? nodes : [.. nodes, _local];
    }

    public async Task<Node?> FindAsync(NodeId id, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Prefix + id.Value, cancellationToken).ConfigureAwait(false) is { } entry) return DocumentSerializer<Node>.Read(entry).Value;
        return id == local ? _local : null;
    }

    /// <summary>Stores the engine's own node.</summary>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var key = Prefix + local.Value;
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not null) return;
        // Refused when somebody else stored it in this moment: it is there then.
        await store.CommitPatientlyAsync(
            new StateTransaction
            {
                Fence = fence,
                Conditions = [new StateCondition { Key = key, ExpectedVersion = 0 }],
                Mutations = [new StateMutation { Key = key, Value = DocumentSerializer<Node>.Write(_local) }],
            },
            cancellationToken).ConfigureAwait(false);
    }
}
