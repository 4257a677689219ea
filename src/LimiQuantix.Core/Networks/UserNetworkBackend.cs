using System.Runtime.CompilerServices;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Networks;

/// <summary>
/// QEMU's user-mode network as a fabric: no privilege, outgoing connections, loopback port forwards. Every machine has a network
/// of its own behind the same name. It keeps nothing but which engine it heard: the engine ensures a port before it binds it.
/// </summary>
internal sealed class UserNetworkBackend(ProviderContext context) : INetworkBackend, IDeclaresFeatures
{
    private const int SlirpMtu = 1500;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, UserPort> _ports = [];
    private readonly Dictionary<Guid, ProviderMark> _networks = [];
    private readonly ProviderFence _fence = new(context);

    public T? GetCapability<T>() where T : class => typeof(T) == typeof(IDeclaresFeatures) ? this as T : null;

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => new FeatureDeclaration { Features = [ProviderFeatures.PortForwards, ProviderFeatures.PortForwardsUdp] }, cancellationToken);

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var definition = request.Definition;
        return Answer(
            () =>
            {
                CheckOwner(definition.Ownership);
                var id = definition.Ownership.ResourceId;
                var mark = Admit(request.Call, _networks.GetValueOrDefault(id), id);
                _networks[id] = mark;
                return new NetworkObservation { NetworkId = id, Mtu = SlirpMtu, Mark = mark };
            },
            cancellationToken);
    }

    public Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                Admit(request.Call, _networks.GetValueOrDefault(request.NetworkId), request.NetworkId);
                if (_ports.Values.Any(port => port.Definition.NetworkId == request.NetworkId))
                {
                    throw new LimiQuantixException(
                        ErrorCodes.FailedPrecondition, "The network has ports.", "Delete its ports first.", request.NetworkId.ToString());
                }

                _networks.Remove(request.NetworkId);
                return new DeleteNetworkResult();
            },
            cancellationToken);
    }

    public Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var definition = request.Definition;
        return Answer(
            () =>
            {
                CheckOwner(definition.Ownership);
                var id = definition.Ownership.ResourceId;
                var mark = AdmitPort(request.Call, id);
                var there = _ports.GetValueOrDefault(id) ?? new UserPort(definition, mark, []);
                if (!IsSame(there.Definition, definition))
                    throw new LimiQuantixException(ErrorCodes.Conflict, "The port is there, and differs.", "Delete the port, then make it anew.", id.ToString());
                _ports[id] = there with { Mark = mark };
                return Observe(id);
            },
            cancellationToken);
    }

    public Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                var mark = AdmitPort(request.Call, request.PortId);
                if (!_ports.TryGetValue(request.PortId, out var port))
                    throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such port.", "Ensure the port first.", request.PortId.ToString());
                var others = request.Taken.Concat(_ports.Where(other => other.Key != request.PortId).SelectMany(other => other.Value.ForwardsOn(request.Node))).ToList();
                IReadOnlyList<PortForward> made;
                if (!port.Bound.TryGetValue(request.Node, out var bound))
                {
                    made = HostPorts.Choose(request.Forwards, others);
                }
                else if (!IsSame(bound, request))
                {
                    throw new LimiQuantixException(
                        ErrorCodes.Conflict, "The port is bound with other forwards.", "Unbind it, then bind it anew.", request.PortId.ToString());
                }
                else
                {
                    made = bound;
                }

                made = ChooseAnew(made, request.ChosenAnew, others);
                _ports[request.PortId] = port with { Mark = mark, Bound = new Dictionary<NodeId, IReadOnlyList<PortForward>>(port.Bound) { [request.Node] = made } };
                return new BindPortResult { Attachment = new UserNic { NodeId = request.Node, Forwards = made }, Forwards = made };
            },
            cancellationToken);
    }

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                var mark = AdmitPort(request.Call, request.PortId);
                if (_ports.TryGetValue(request.PortId, out var port))
                {
                    var left = port.Bound.Where(bound => bound.Key != request.Node).ToDictionary(bound => bound.Key, bound => bound.Value);
                    _ports[request.PortId] = port with { Mark = mark, Bound = left };
                }

                return new UnbindPortResult();
            },
            cancellationToken);
    }

    public Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                AdmitPort(request.Call, request.PortId);
                _ports.Remove(request.PortId);
                return new DeletePortResult();
            },
            cancellationToken);
    }

    public IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ListAsync(
            () => _networks.Where(network => request.NetworkId is null || request.NetworkId == network.Key)
                .Select(network => new NetworkObservation { NetworkId = network.Key, Mtu = SlirpMtu, Mark = network.Value }),
            cancellationToken);
    }

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ListAsync(() => _ports.Keys.Select(Observe), cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsSame(PortDefinition one, PortDefinition other) =>
        one.Ownership == other.Ownership && one.NetworkId == other.NetworkId && one.MacAddress == other.MacAddress && one.Addresses.SequenceEqual(other.Addresses);

    /// <summary>The same forwards, or those with the chosen host ports written into them, which may have been chosen anew since.</summary>
    private static bool IsSame(IReadOnlyList<PortForward> made, BindPortRequest request) =>
        made.Count == request.Forwards.Count
        && made.Zip(request.Forwards).All(pair =>
            pair.Second == pair.First || (pair.Second with { HostPort = 0 } == pair.First with { HostPort = 0 } && (pair.Second.HostPort == 0 || request.ChosenAnew.Contains(pair.Second))));

    private static IReadOnlyList<PortForward> ChooseAnew(IReadOnlyList<PortForward> made, IReadOnlyList<PortForward> chosenBefore, List<PortForward> others) =>
        chosenBefore.Count == 0
            ? made
            : HostPorts.Choose(
                [
                    .. made.Select(forward => chosenBefore.Contains(forward) && (others.Exists(other => HostPorts.Overlap(other, forward)) || !HostPorts.IsFree(forward))
                        ? forward with { HostPort = 0 } : forward),
                ],
                others);

    /// <summary>Answers one call, while no other one is answered. What it throws is the answer too.</summary>
    private Task<T> Answer<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        try
        {
            lock (_lock) return Task.FromResult(answer());
        }
        catch (LimiQuantixException refusal)
        {
            return Task.FromException<T>(refusal);
        }
    }

    private async IAsyncEnumerable<T> ListAsync<T>(Func<IEnumerable<T>> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await Answer(() => items().ToList(), cancellationToken).ConfigureAwait(false)) yield return item;
    }

    /// <summary>Admits a call and gives the mark that the thing has afterwards.</summary>
    private ProviderMark Admit(ProviderCall call, ProviderMark? kept, Guid id)
    {
        _fence.Admit(call, kept, id.ToString());
        return kept?.After(call) ?? ProviderMark.Of(call);
    }

    private PortObservation Observe(Guid id) => new() { PortId = id, Mark = _ports[id].Mark };

    private ProviderMark AdmitPort(ProviderCall call, Guid id) => Admit(call, _ports.TryGetValue(id, out var port) ? port.Mark : null, id);

    private void CheckOwner(Ownership ownership)
    {
        if (ownership.InstallationId != context.InstallationId)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The ownership mark is another installation's.", target: nameof(Ownership));
        if (ownership.ResourceId == Guid.Empty) throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The id is empty.", target: nameof(Ownership));
    }

    private sealed record UserPort(PortDefinition Definition, ProviderMark Mark, Dictionary<NodeId, IReadOnlyList<PortForward>> Bound)
    {
        public IReadOnlyList<PortForward> ForwardsOn(NodeId node) => Bound.GetValueOrDefault(node) ?? [];
    }
}
