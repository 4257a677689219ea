using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;

namespace LimiQuantix.Core.Nodes;

/// <summary>
/// The stored nodes: the engine's own and each that an instance is on. Whoever leads stores them; its own process knows them before. One stays when its
/// last instance goes: machines may be on it.
/// </summary>
internal sealed class NodeRecords(IStateStore store, ProviderInstances instances, NodeId local, TimeProvider timeProvider) : IEngineService
{
    private const string Prefix = "nodes/";
    private readonly DateTimeOffset _begun = timeProvider.GetUtcNow();

    public async Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken)
    {
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = Prefix }, cancellationToken).ConfigureAwait(false);
        var nodes = entries.Select(entry => DocumentSerializer<Node>.Read(entry).Value).ToList();
        return [.. nodes.Concat(Known().Where(id => !nodes.Exists(node => node.Id == id)).Select(NewNode)).OrderBy(node => node.Id.Value, StringComparer.Ordinal)];
    }

    public async Task<Node?> FindAsync(NodeId id, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Prefix + id.Value, cancellationToken).ConfigureAwait(false) is { } entry) return DocumentSerializer<Node>.Read(entry).Value;
        return Known().Contains(id) ? NewNode(id) : null;
    }

    /// <summary>Stores the nodes that become known.</summary>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var _ in instances.FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var id in Known()) await EnsureAsync(id, fence, cancellationToken).ConfigureAwait(false);
        }
    }

    private HashSet<NodeId> Known() => [local, .. instances.All().Select(instance => instance.Node).OfType<NodeId>()];

    private Node NewNode(NodeId id) => new() { Id = id, CreatedAt = _begun };

    private async Task EnsureAsync(NodeId id, StateLease fence, CancellationToken cancellationToken)
    {
        var key = Prefix + id.Value;
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not null) return;
        // Refused when somebody else stored it in this moment: it is there then.
        await store.CommitPatientlyAsync(
            new StateTransaction
            {
                Fence = fence,
                Conditions = [new StateCondition { Key = key, ExpectedVersion = 0 }],
                Mutations = [new StateMutation { Key = key, Value = DocumentSerializer<Node>.Write(NewNode(id)) }],
            },
            cancellationToken).ConfigureAwait(false);
    }
}
