using System.Runtime.CompilerServices;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>A strict network fabric: what the contract calls an error is one.</summary>
internal sealed class FakeNetwork : FakeProvider, INetworkBackend, IDeclaresFeatures
{
    private readonly FakeNetworkOptions _options;
    private readonly FakeNetworkSide _side;

    public FakeNetwork(ProviderContext context, FakeNetworkOptions options) : base(nameof(INetworkBackend), context, options)
    {
        _options = options;
        _side = new FakeNetworkSide(World, context.InstanceName);
    }

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) => CallAsync(
        nameof(DeclareFeaturesAsync), null, _ => new FeatureDeclaration { Features = _options.HasForwards ? ProviderFeatures.OfNetworks : [] }, cancellationToken);

    public Task<NetworkObservation> EnsureNetworkAsync(EnsureNetworkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var definition = request.Definition;
        var id = definition.Ownership.ResourceId;
        return MutateAsync(
            nameof(EnsureNetworkAsync),
            request.Call,
            id,
            things =>
            {
                CheckOwner(definition.Ownership);
                if (_side.FindNetwork(things, id) is { } there && there with { Name = definition.Name } != definition) throw Conflict("network", id);
                _side.Put(things, definition);
                return new NetworkObservation { NetworkId = id, Mtu = _options.Mtu, Mark = Mark(things, id) };
            },
            cancellationToken);
    }

    public Task<DeleteNetworkResult> DeleteNetworkAsync(DeleteNetworkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(DeleteNetworkAsync),
            request.Call,
            request.NetworkId,
            things =>
            {
                if (_side.FindNetwork(things, request.NetworkId) is not { } network || !IsOurs(network.Ownership)) return new DeleteNetworkResult();
                if (_side.AllPorts(things).Any(port => port.Definition.NetworkId == request.NetworkId))
                    throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "A port is on the network.", "Delete its ports first.", request.NetworkId.ToString());
                _side.RemoveNetwork(things, request.NetworkId);
                things.RemoveAside(MarkKey(request.NetworkId));
                return new DeleteNetworkResult();
            },
            cancellationToken);
    }

    public Task<PortObservation> EnsurePortAsync(EnsurePortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(EnsurePortAsync), request.Call, request.Definition.Ownership.ResourceId, things => EnsurePort(things, request.Definition), cancellationToken);
    }

    public Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(BindPortAsync),
            request.Call,
            request.PortId,
            things =>
            {
                var port = Get(things, request.PortId);
                if (!port.Nodes.Contains(request.Node)) _side.Put(things, port with { Nodes = [.. port.Nodes, request.Node] });
                return new BindPortResult
                {
                    Attachment = _options.HasForwards
                        ? new UserNic { NodeId = request.Node, Forwards = port.Forwards, Mtu = _options.Mtu }
                        : new BridgeNic { NodeId = request.Node, Bridge = "fake0", Mtu = _options.Mtu },
                };
            },
            cancellationToken);
    }

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(UnbindPortAsync),
            request.Call,
            request.PortId,
            things =>
            {
                if (_side.FindPort(things, request.PortId) is { } port && IsOurs(port.Definition.Ownership))
                    _side.Put(things, port with { Nodes = [.. port.Nodes.Where(other => other != request.Node)] });
                return new UnbindPortResult();
            },
            cancellationToken);
    }

    public Task<DeletePortResult> DeletePortAsync(DeletePortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            nameof(DeletePortAsync),
            request.Call,
            request.PortId,
            things =>
            {
                if (_side.FindPort(things, request.PortId) is { } port && IsOurs(port.Definition.Ownership)) _side.RemovePort(things, request.PortId);
                things.RemoveAside(MarkKey(request.PortId));
                return new DeletePortResult();
            },
            cancellationToken);
    }

    public IAsyncEnumerable<NetworkObservation> ListNetworksAsync(ListNetworksRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ListAsync(
            nameof(ListNetworksAsync),
            things => _side.AllNetworks(things).Where(network => IsOurs(network.Ownership) && (request.NetworkId is null || request.NetworkId == network.Ownership.ResourceId)).Select(network => new NetworkObservation
            {
                NetworkId = network.Ownership.ResourceId, Mtu = _options.Mtu, Mark = Mark(things, network.Ownership.ResourceId),
            }),
            cancellationToken);
    }

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ListAsync(
            nameof(ListPortsAsync),
            things => _side.AllPorts(things).Where(port => IsOurs(port.Definition.Ownership)).Select(port => Observe(things, port)),
            cancellationToken);
    }

    private async IAsyncEnumerable<T> ListAsync<T>(
        string member, Func<FakeThings, IEnumerable<T>> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await CallAsync(member, null, things => items(things).ToList(), cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private Task<T> MutateAsync<T>(string member, ProviderCall call, Guid id, Func<FakeThings, T> effect, CancellationToken cancellationToken) =>
        MutateAsync(member, id.ToString(), call, MarkKey(id), effect, cancellationToken);

    private PortObservation EnsurePort(FakeThings things, PortDefinition definition)
    {
        CheckOwner(definition.Ownership);
        var id = definition.Ownership.ResourceId;
        if (!_options.HasForwards && definition.Forwards.Count > 0) throw Invalid("The fabric has no forwards.", nameof(definition.Forwards));
        if (_options.RequiresNetworks && _side.FindNetwork(things, definition.NetworkId) is null) throw NotFound("network", definition.NetworkId);
        if (_side.FindPort(things, id) is { } there)
            return IsSame(there, definition) ? Observe(things, there) : throw Conflict("port", id);
        if (_side.AllPorts(things).FirstOrDefault(port => port.Definition.MacAddress == definition.MacAddress) is { } twin)
            throw new LimiQuantixException(ErrorCodes.Conflict, "Another port has the MAC address.", target: twin.Definition.Ownership.ResourceId.ToString());
        var port = new FakePort { Definition = definition, Forwards = Choose(things, definition.Forwards) };
        _side.Put(things, port);
        return Observe(things, port);
    }

    /// <summary>The same request, or the request with the chosen host ports written into it.</summary>
    private static bool IsSame(FakePort there, PortDefinition definition) =>
        there.Definition with { Forwards = definition.Forwards } == definition
        && (there.Definition.Forwards.SequenceEqual(definition.Forwards) || there.Forwards.SequenceEqual(definition.Forwards));

    private PortObservation Observe(FakeThings things, FakePort port) => new()
    {
        PortId = port.Definition.Ownership.ResourceId,
        Forwards = port.Forwards,
        Mark = Mark(things, port.Definition.Ownership.ResourceId),
        Addresses = _options.Addresses(port.Definition),
    };

    private List<PortForward> Choose(FakeThings things, IReadOnlyList<PortForward> forwards)
    {
        var taken = _side.AllPorts(things).SelectMany(port => port.Forwards).Select(forward => forward.HostPort).ToHashSet();
        List<PortForward> chosen = [];
        foreach (var forward in forwards)
        {
            var port = forward.HostPort != 0 ? forward.HostPort : Enumerable.Range(_options.FirstHostPort, 10_000).First(free => !taken.Contains(free));
            if (!taken.Add(port)) throw new LimiQuantixException(ErrorCodes.Conflict, $"Host port {port} is forwarded already.");
            chosen.Add(forward with { HostPort = port });
        }

        return chosen;
    }

    private FakePort Get(FakeThings things, Guid portId) =>
        _side.FindPort(things, portId) is { } port && IsOurs(port.Definition.Ownership) ? port : throw NotFound("port", portId);

    private bool IsOurs(Ownership ownership) => ownership.InstallationId == Context.InstallationId;
}
