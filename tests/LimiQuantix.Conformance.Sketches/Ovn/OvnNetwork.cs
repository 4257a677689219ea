using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Sketches.Ovn;

/// <summary>What of an OVSDB client the sketch needs: whole transactions, and a replica to read.</summary>
public interface INorthbound : IAsyncDisposable
{
    bool HasLeader { get; }

    /// <summary>
    /// One transaction. Each begins with a <c>wait</c> (time-out 0) on the row of the highest engine: lower than that, nothing of it is done and
    /// <see cref="ErrorCodes.Fenced"/> is thrown; higher, the row is written in the same transaction.
    /// </summary>
    Task TransactAsync(ProviderCall call, IReadOnlyList<OvnOperation> operations, CancellationToken cancellationToken);

    OvnSwitch? FindSwitch(Guid networkId);

    OvnPort? FindPort(Guid portId);

    IReadOnlyList<OvnSwitch> Switches { get; }

    IReadOnlyList<OvnPort> Ports { get; }

    /// <summary>Returns when the replica has what is waited for: northd chooses addresses.</summary>
    Task<OvnPort> WaitForAddressAsync(Guid portId, CancellationToken cancellationToken);
}

public sealed record OvnOperation(string Table, string Operation, IReadOnlyDictionary<string, object> Columns);

public sealed record OvnSwitch(Guid NetworkId, string Digest, ProviderMark? Mark);

public sealed record OvnPort(Guid PortId, Guid NetworkId, string Digest, IReadOnlyList<string> Addresses, ProviderMark? Mark);

/// <summary>OVN as a fabric: 0003, with what has come since.</summary>
public sealed class OvnNetwork(ProviderContext context, INorthbound northbound, string bridge, int mtu) : INetworkBackend, IDeclaresFeatures
{
    public T? GetCapability<T>() where T : class => this as T;

    // No forwards: a switch that spans nodes has no node whose loopback could forward.
    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new FeatureDeclaration { Features = [] });

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(
        northbound.HasLeader ? ProviderHealth.Healthy : new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = "No northbound endpoint answers." });

    public async Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default)
    {
        var id = request.Definition.Ownership.ResourceId;
        if (northbound.FindSwitch(id) is null)
        {
            await northbound.TransactAsync(
                request.Call,
                [Wait("Logical_Switch", id), Insert("Logical_Switch", id, request.Call), Insert("DHCP_Options", id, request.Call)],
                cancellationToken).ConfigureAwait(false);
        }

        return new NetworkObservation { NetworkId = id, Mtu = mtu - 58, Mark = northbound.FindSwitch(id)?.Mark };
    }

    public async Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default)
    {
        if (northbound.Ports.Any(port => port.NetworkId == request.NetworkId))
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The network has ports.", "Delete them first.", request.NetworkId.ToString());
        await northbound.TransactAsync(request.Call, [Delete("Logical_Switch", request.NetworkId)], cancellationToken).ConfigureAwait(false);
        return new DeleteNetworkResult();
    }

    public async Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default)
    {
        var id = request.Definition.Ownership.ResourceId;
        if (northbound.FindPort(id) is null)
        {
            await northbound.TransactAsync(request.Call, [Wait("Logical_Switch_Port", id), Insert("Logical_Switch_Port", id, request.Call)], cancellationToken)
                .ConfigureAwait(false);
        }

        var port = await northbound.WaitForAddressAsync(id, cancellationToken).ConfigureAwait(false);
        return new PortObservation { PortId = id, Addresses = port.Addresses, Mark = port.Mark };
    }

    public async Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        if (northbound.FindPort(request.PortId) is null) throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such port.", target: request.PortId.ToString());
        await northbound.TransactAsync(request.Call, [Chassis(request.PortId, request.Node, isIn: true)], cancellationToken).ConfigureAwait(false);
        return new BindPortResult { Attachment = new OvsNic { NodeId = request.Node, Bridge = bridge, InterfaceId = request.PortId.ToString(), Mtu = mtu - 58 } };
    }

    public async Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default)
    {
        await northbound.TransactAsync(request.Call, [Chassis(request.PortId, request.Node, isIn: false)], cancellationToken).ConfigureAwait(false);
        return new UnbindPortResult();
    }

    public async Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default)
    {
        await northbound.TransactAsync(request.Call, [Delete("Logical_Switch_Port", request.PortId)], cancellationToken).ConfigureAwait(false);
        return new DeletePortResult();
    }

    public async IAsyncEnumerable<NetworkObservation> ListNetworksAsync(
        ListNetworksRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var one in northbound.Switches) yield return new NetworkObservation { NetworkId = one.NetworkId, Mtu = mtu - 58, Mark = one.Mark };
    }

    public async IAsyncEnumerable<PortObservation> ListPortsAsync(
        ListPortsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var port in northbound.Ports) yield return new PortObservation { PortId = port.PortId, Addresses = port.Addresses, Mark = port.Mark };
    }

    public ValueTask DisposeAsync() => northbound.DisposeAsync();

    private OvnOperation Wait(string table, Guid id) => new(table, "wait", Names(id));

    private OvnOperation Insert(string table, Guid id, ProviderCall call) =>
        new(table, "insert", new Dictionary<string, object>(Names(id)) { ["external_ids:lq-mark"] = ProviderMark.Of(call).ToString() });

    private OvnOperation Delete(string table, Guid id) => new(table, "delete", Names(id));

    private OvnOperation Chassis(Guid portId, NodeId node, bool isIn) =>
        new("Logical_Switch_Port", "mutate", new Dictionary<string, object>(Names(portId)) { ["options:requested-chassis"] = (node.Value, isIn) });

    private Dictionary<string, object> Names(Guid id) => new() { ["external_ids:lq-installation"] = context.InstallationId, ["external_ids:lq-resource"] = id };
}
