using LimiQuantix.Core.Instances;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Nodes;

/// <summary>What was seen of a node last.</summary>
internal sealed record NodeStatusDocument : StatusDocument
{
    public HypervisorDescription? Hypervisor { get; init; }

    /// <summary>The status as hosts see it.</summary>
    public NodeStatus ToStatus() => new() { Hypervisor = Hypervisor, Error = ObservationError, ObservedAt = ObservedAt };
}

/// <summary>Writes what is seen of the nodes, as the leader, every minute; each by itself, so that one that does not answer delays no other.</summary>
internal sealed class NodeStatusKeeper(
    IStateStore store, ProviderInstances providers, TimeProvider timeProvider, ILogger<NodeStatusKeeper> logger) : IEngineService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly StatusTable<NodeStatusDocument> _statuses = new(store, "nodes");

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        await new InstanceLoops(providers, timeProvider, logger)
            .RunAsync<IHypervisor>(nameof(IHypervisor.DescribeAsync), (instance, token) => KeepAsync(instance, fence, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a node's hypervisor said of itself last; <see langword="null"/> when that is not known.</summary>
    public async Task<HypervisorDescription?> FindAsync(NodeId node, CancellationToken cancellationToken) =>
        (await _statuses.FindAsync(NodeDocument.Of(node).Id, cancellationToken).ConfigureAwait(false))?.Value.Hypervisor;

    /// <summary>Shows nodes as they were seen last.</summary>
    public async Task<IReadOnlyList<Node>> ShowAsync(IReadOnlyList<NodeDocument> documents, CancellationToken cancellationToken)
    {
        var seen = await _statuses.FindAsync(documents.Select(document => document.Id), cancellationToken).ConfigureAwait(false);
        return [.. documents.Select((document, index) => document.ToNode(seen[index]?.Value.ToStatus() ?? new NodeStatus(), seen[index]?.Version ?? 0))];
    }

    /// <summary>Shows a node as its hypervisor describes it now.</summary>
    public async Task<Node> ObserveAsync(NodeDocument document, CancellationToken cancellationToken)
    {
        var last = await _statuses.FindAsync(document.Id, cancellationToken).ConfigureAwait(false);
        var seen = await SeeAsync(document, last?.Value, cancellationToken).ConfigureAwait(false);
        return document.ToNode(seen?.ToStatus() ?? new NodeStatus(), last?.Version ?? 0);
    }

    // What cannot be seen stays as it was seen last; null where no hypervisor is.
    private async Task<NodeStatusDocument?> SeeAsync(NodeDocument node, NodeStatusDocument? last, CancellationToken cancellationToken)
    {
        if (providers.All<IHypervisor>().FirstOrDefault(one => one.Node?.Value == node.Name) is not { } instance) return null;
        try
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false);
            var description = await hypervisor.DescribeAsync(new DescribeHypervisorRequest(), cancellationToken).ConfigureAwait(false);
            return new NodeStatusDocument { Id = node.Id, Hypervisor = description, ObservedAt = timeProvider.GetUtcNow() };
        }
        catch (LimiQuantixException exception)
        {
            return (last ?? new NodeStatusDocument { Id = node.Id }) with { ObservationError = exception.Error };
        }
    }

    private async Task KeepAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Of several hypervisors on a node the first one describes it.
            if (instance.Node is { } node && providers.All<IHypervisor>().First(one => one.Node == node).Key == instance.Key
                && providers.CountLate(instance, nameof(IHypervisor.DescribeAsync)) < InstanceLoops.MaxLate)
                await LookAsync(NodeDocument.Of(node), fence, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(NodeDocument node, StateLease fence, CancellationToken cancellationToken)
    {
        var last = await _statuses.FindAsync(node.Id, cancellationToken).ConfigureAwait(false);
        var seen = await SeeAsync(node, last?.Value, cancellationToken).ConfigureAwait(false);
        if (seen is not null) await _statuses.WriteAsync(last, seen, fence, null, cancellationToken).ConfigureAwait(false);
    }
}
