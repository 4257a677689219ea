using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Networks;

/// <summary>Ports of this node, as the user-mode network forwards them: chooses free ones, and tells whether one still is.</summary>
internal static class HostPorts
{
    private const int MaxTries = 1 << 10;
    private const string AnyAddress = "0.0.0.0";

    /// <summary>Whether one node cannot have both: all addresses of the node are one with each of them.</summary>
    public static bool Overlap(PortForward one, PortForward other) =>
        one.HostPort != 0 && one.HostPort == other.HostPort && one.Protocol == other.Protocol
        && (one.HostAddress == other.HostAddress || one.HostAddress == AnyAddress || other.HostAddress == AnyAddress);

    /// <summary>Chooses every host port that is 0; each one that nothing listens on, that is not taken, and that no other one of the list has.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: no address of this node; <see cref="ErrorCodes.FailedPrecondition"/>: no port is free.
    /// </exception>
    public static IReadOnlyList<PortForward> Choose(IReadOnlyList<PortForward> forwards, IEnumerable<PortForward> taken)
    {
        List<PortForward> others = [.. taken, .. forwards.Where(forward => forward.HostPort != 0)];
        List<PortForward> chosen = [];
        foreach (var forward in forwards)
        {
            chosen.Add(forward.HostPort != 0 ? forward : Choose(forward, others));
            others.Add(chosen[^1]);
        }

        return chosen;
    }

    /// <summary>Whether nothing listens on a forward's port.</summary>
    public static bool IsFree(PortForward forward)
    {
        try
        {
            using var socket = Open(forward, forward.HostPort);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException)
        {
            // Not of the port: an address that the node has no more, which the start tells.
            return true;
        }
    }

    // The port is free now; another program may still take it before QEMU does, and QEMU then says so at start.
    private static PortForward Choose(PortForward forward, List<PortForward> others)
    {
        // What is not to be had is held open, so that the system gives another one.
        List<Socket> refused = [];
        try
        {
            for (var attempt = 0; attempt < MaxTries; attempt++)
            {
                var socket = Open(forward, 0);
                refused.Add(socket);
                var chosen = forward with { HostPort = ((IPEndPoint)socket.LocalEndPoint!).Port };
                if (!others.Exists(other => Overlap(other, chosen))) return chosen;
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.TooManyOpenSockets)
        {
            throw NoneFree(forward, exception);
        }
        catch (SocketException exception)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"No port of {forward.HostAddress} can be used: {exception.Message}.",
                "Give an address of this machine, such as 127.0.0.1.", forward.GuestPort.ToString(CultureInfo.InvariantCulture), innerException: exception);
        }
        finally
        {
            foreach (var socket in refused) socket.Dispose();
        }

        throw NoneFree(forward, null);
    }

    private static Socket Open(PortForward forward, int port)
    {
        if (!IPAddress.TryParse(forward.HostAddress, out var address))
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{forward.HostAddress}' is no address to forward from.", "Give an address of this machine, such as 127.0.0.1.",
                forward.GuestPort.ToString(CultureInfo.InvariantCulture));
        }

        var isUdp = forward.Protocol == TransportProtocol.Udp;
        var socket = new Socket(address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            // Two may be bound to one TCP port as long as nobody listens.
            if (!isUdp) socket.Listen(1);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static LimiQuantixException NoneFree(PortForward forward, Exception? cause) => new(
        ErrorCodes.FailedPrecondition, $"No port of {forward.HostAddress} is free to forward from.",
        "Delete machines that are not needed any more, or name a host port.", forward.GuestPort.ToString(CultureInfo.InvariantCulture), innerException: cause);
}
