using System.Net;
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
        nameof(DeclareFeaturesAsync), null, _ => new FeatureDeclaration
        {
            Features =
            [
                .. _options.HasForwards ? (string[])[ProviderFeatures.PortForwards, ProviderFeatures.PortForwardsUdp] : [],
                .. _options.HasChosenAddresses ? (string[])[ProviderFeatures.PortAddresses, ProviderFeatures.NetworkSubnets] : [],
            ],
        },
        cancellationToken);

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
                if (_side.FindNetwork(things, id) is { } there && !IsSame(there with { Name = definition.Name }, definition)) throw Conflict("network", id);
                foreach (var subnet in definition.Subnets) CheckSubnet(subnet, nameof(definition.Subnets));
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
                if (!_options.HasForwards && request.Forwards.Count > 0) throw Invalid("The fabric has no forwards.", nameof(request.Forwards));
                var bound = port.Bindings.FirstOrDefault(binding => binding.Node == request.Node);
                if (bound is not null && !IsSame(bound.Forwards, request))
                    throw new LimiQuantixException(ErrorCodes.Conflict, "The port is bound with other forwards.", "Unbind it, then bind it anew.", request.PortId.ToString());
                var forwards = Choose(things, request, bound?.Forwards ?? request.Forwards);
                _side.Put(things, port with { Bindings = [.. port.Bindings.Where(binding => binding != bound), new FakeBinding { Node = request.Node, Forwards = forwards }] });
                return new BindPortResult
                {
                    Attachment = _options.HasForwards
                        ? new UserNic { NodeId = request.Node, Forwards = forwards, Mtu = _options.Mtu }
                        : new BridgeNic { NodeId = request.Node, Bridge = "fake0", Mtu = _options.Mtu },
                    Forwards = forwards,
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
                    _side.Put(things, port with { Bindings = [.. port.Bindings.Where(binding => binding.Node != request.Node)] });
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
        if (_options.RequiresNetworks && _side.FindNetwork(things, definition.NetworkId) is null) throw NotFound("network", definition.NetworkId);
        if (_side.FindPort(things, id) is { } there)
            return IsSame(there.Definition, definition) ? Observe(things, there) : throw Conflict("port", id);
        if (_side.AllPorts(things).FirstOrDefault(port => port.Definition.MacAddress == definition.MacAddress) is { } twin)
            throw new LimiQuantixException(ErrorCodes.Conflict, "Another port has the MAC address.", target: twin.Definition.Ownership.ResourceId.ToString());
        CheckAddresses(things, definition);
        var port = new FakePort { Definition = definition };
        _side.Put(things, port);
        return Observe(things, port);
    }

    /// <summary>The same forwards, or those with the chosen host ports written into them, which may have been chosen anew since.</summary>
    private static bool IsSame(IReadOnlyList<PortForward> made, BindPortRequest request) =>
        made.Count == request.Forwards.Count
        && made.Zip(request.Forwards).All(pair => pair.First == pair.Second
            || (pair.First with { HostPort = 0 } == pair.Second with { HostPort = 0 } && (pair.Second.HostPort == 0 || request.ChosenAnew.Contains(pair.Second))));

    private static bool IsSame<T>(T one, T other) => Wire.ContractJson.ToBytes(one).AsSpan().SequenceEqual(Wire.ContractJson.ToBytes(other));

    private static void CheckSubnet(SubnetDefinition subnet, string target)
    {
        if (!IPNetwork.TryParse(subnet.Cidr, out var range)) throw Invalid($"'{subnet.Cidr}' is no range of addresses.", target);
        if (subnet.Gateway is { } gateway && !range.Contains(IPAddress.Parse(gateway))) throw Invalid($"The gateway {gateway} is not in {subnet.Cidr}.", target);
    }

    private void CheckAddresses(FakeThings things, PortDefinition definition)
    {
        var subnets = _side.FindNetwork(things, definition.NetworkId)?.Subnets ?? [];
        foreach (var address in definition.Addresses)
        {
            if (!subnets.Any(subnet => IPNetwork.Parse(subnet.Cidr).Contains(IPAddress.Parse(address))))
                throw Invalid($"{address} is in no subnet of the network.", nameof(definition.Addresses));
            if (_side.AllPorts(things).Any(other => other.Definition.NetworkId == definition.NetworkId && other.Definition.Addresses.Contains(address)))
                throw new LimiQuantixException(ErrorCodes.Conflict, $"Another port has {address}.", target: definition.Ownership.ResourceId.ToString());
        }
    }

    private PortObservation Observe(FakeThings things, FakePort port) => new()
    {
        PortId = port.Definition.Ownership.ResourceId,
        Mark = Mark(things, port.Definition.Ownership.ResourceId),
        Addresses = port.Definition.Addresses.Count > 0 ? port.Definition.Addresses : _options.Addresses(port.Definition),
    };

    private List<PortForward> Choose(FakeThings things, BindPortRequest request, IReadOnlyList<PortForward> forwards)
    {
        var theirs = _side.AllPorts(things).Where(port => port.Definition.Ownership.ResourceId != request.PortId).SelectMany(port => port.Bindings)
            .Where(binding => binding.Node == request.Node).SelectMany(binding => binding.Forwards).Select(forward => forward.HostPort).ToHashSet();
        var elsewhere = theirs.Concat(request.Taken.Select(forward => forward.HostPort)).ToHashSet();
        var taken = elsewhere.ToHashSet();
        bool MayChange(PortForward forward) => forward.HostPort == 0 || (request.ChosenAnew.Contains(forward) && elsewhere.Contains(forward.HostPort));
        taken.UnionWith(forwards.Where(forward => !MayChange(forward)).Select(forward => forward.HostPort));
        List<PortForward> chosen = [];
        foreach (var forward in forwards)
        {
            var port = MayChange(forward) ? Enumerable.Range(_options.FirstHostPort, 10_000).First(free => !taken.Contains(free)) : forward.HostPort;
            if (!taken.Add(port) && theirs.Contains(port)) throw new LimiQuantixException(ErrorCodes.Conflict, $"Host port {port} is forwarded already.");
            chosen.Add(forward with { HostPort = port });
        }

        return chosen;
    }

    private FakePort Get(FakeThings things, Guid portId) =>
        _side.FindPort(things, portId) is { } port && IsOurs(port.Definition.Ownership) ? port : throw NotFound("port", portId);

    private bool IsOurs(Ownership ownership) => ownership.InstallationId == Context.InstallationId;
}
