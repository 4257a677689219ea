using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Networks;

/// <summary>
/// QEMU's user-mode network as a fabric: no privilege, outgoing connections, loopback port forwards. Every machine has a network
/// of its own behind the same name. It keeps nothing: the engine ensures a port before it binds it.
/// </summary>
internal sealed class UserNetworkBackend : INetworkBackend
{
    private const int SlirpMtu = 1500;
    private readonly ConcurrentDictionary<Guid, PortObservation> _ports = new();

    public T? GetCapability<T>() where T : class => null;

    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<NetworkObservation> EnsureNetworkAsync(NetworkDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Task.FromResult(new NetworkObservation { NetworkId = definition.Ownership.ResourceId, Mtu = SlirpMtu });
    }

    public Task DeleteNetworkAsync(Guid networkId, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<PortObservation> EnsurePortAsync(PortDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var port = _ports.GetOrAdd(
            definition.Ownership.ResourceId, id => new PortObservation { PortId = id, Forwards = [.. definition.Forwards.Select(ChooseHostPort)] });
        var isSame = port.Forwards.Count == definition.Forwards.Count
            && port.Forwards.Zip(definition.Forwards).All(pair => pair.Second == pair.First || pair.Second == pair.First with { HostPort = 0 });
        if (!isSame)
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, "The port has other forwards.", "Delete the port, then make it anew.", definition.Ownership.ResourceId.ToString());
        }

        return Task.FromResult(port);
    }

    public Task<NicAttachment> BindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default) =>
        _ports.TryGetValue(portId, out var port)
            ? Task.FromResult<NicAttachment>(new UserNic { NodeId = node, Forwards = port.Forwards })
            : throw new LimiQuantixException(ErrorCodes.NotFound, "There is no such port.", "Ensure the port first.", portId.ToString());

    public Task UnbindPortAsync(Guid portId, NodeId node, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task DeletePortAsync(Guid portId, CancellationToken cancellationToken = default)
    {
        _ports.TryRemove(portId, out _);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The port is free now; another program may still take it before QEMU does, and QEMU then says so at start.
    private static PortForward ChooseHostPort(PortForward forward)
    {
        if (forward.HostPort != 0) return forward;
        var isUdp = forward.Protocol == TransportProtocol.Udp;
        var address = IPAddress.Parse(forward.HostAddress);
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
