using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LimiQuantix.Networks;
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
    private readonly Dictionary<Guid, (PortDefinition Asked, PortObservation Made)> _ports = [];
    private readonly Dictionary<Guid, ProviderMark> _networks = [];
    private readonly ProviderFence _fence = new(context);

    public T? GetCapability<T>() where T : class => typeof(T) == typeof(IDeclaresFeatures) ? this as T : null;

    public Task<FeatureDeclaration> DeclareFeaturesAsync(DeclareFeaturesRequest request, CancellationToken cancellationToken = default) =>
        Answer(() => new FeatureDeclaration { Features = ProviderFeatures.OfNetworks }, cancellationToken);

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
                if (_ports.Values.Any(port => port.Asked.NetworkId == request.NetworkId))
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
                if (_ports.TryGetValue(id, out var there))
                {
                    if (!IsSame(there.Asked, there.Made, definition))
                        throw new LimiQuantixException(ErrorCodes.Conflict, "The port is there, and differs.", "Delete the port, then make it anew.", id.ToString());
                }
                else
                {
                    there = (definition, new PortObservation { PortId = id, Forwards = [.. definition.Forwards.Select(ChooseHostPort)] });
                }

                there.Made = there.Made with { Mark = mark };
                _ports[id] = there;
                return there.Made;
            },
            cancellationToken);
    }

    public Task<BindPortResult> BindPortAsync(BindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                AdmitPort(request.Call, request.PortId);
                return _ports.TryGetValue(request.PortId, out var port)
                    ? new BindPortResult { Attachment = new UserNic { NodeId = request.Node, Forwards = port.Made.Forwards } }
                    : throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such port.", "Ensure the port first.", request.PortId.ToString());
            },
            cancellationToken);
    }

    public Task<UnbindPortResult> UnbindPortAsync(UnbindPortRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Answer(
            () =>
            {
                AdmitPort(request.Call, request.PortId);
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
            () => _networks.Where(network => request.NetworkId is null || request.NetworkId == network.Key).Select(network => new NetworkObservation { NetworkId = network.Key, Mtu = SlirpMtu, Mark = network.Value }), cancellationToken);
    }

    public IAsyncEnumerable<PortObservation> ListPortsAsync(ListPortsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ListAsync(() => _ports.Values.Select(port => port.Made), cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The same request, or the request with the chosen host ports written into it.</summary>
    private static bool IsSame(PortDefinition asked, PortObservation made, PortDefinition definition) =>
        asked with { Forwards = definition.Forwards } == definition
        && made.Forwards.Count == definition.Forwards.Count
        && made.Forwards.Zip(definition.Forwards).All(pair => pair.Second == pair.First || pair.Second == pair.First with { HostPort = 0 });

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

    private ProviderMark AdmitPort(ProviderCall call, Guid id) => Admit(call, _ports.TryGetValue(id, out var port) ? port.Made.Mark : null, id);

    private void CheckOwner(Ownership ownership)
    {
        if (ownership.InstallationId != context.InstallationId)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The ownership mark is another installation's.", target: nameof(Ownership));
        if (ownership.ResourceId == Guid.Empty) throw new LimiQuantixException(ErrorCodes.InvalidArgument, "The id is empty.", target: nameof(Ownership));
    }

    // The port is free now; another program may still take it before QEMU does, and QEMU then says so at start.
    private static PortForward ChooseHostPort(PortForward forward)
    {
        if (forward.HostPort != 0) return forward;
        var isUdp = forward.Protocol == TransportProtocol.Udp;
        if (!IPAddress.TryParse(forward.HostAddress, out var address))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{forward.HostAddress}' is no address to forward from.", "Give an address of this machine, such as 127.0.0.1.",
                forward.GuestPort.ToString(CultureInfo.InvariantCulture));
        }

        using var socket = new Socket(
            address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
        }
        catch (SocketException exception)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"No port of {forward.HostAddress} can be used: {exception.Message}.",
                "Give an address of this machine, such as 127.0.0.1.", forward.GuestPort.ToString(CultureInfo.InvariantCulture), innerException: exception);
        }

        return forward with { HostPort = ((IPEndPoint)socket.LocalEndPoint!).Port };
    }
}
