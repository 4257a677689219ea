using System.Net.Security;
using System.Net.Sockets;
using LimiQuantix.Consoles;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Consoles;

/// <summary>Opens the stream to a machine's console, wherever its endpoint says it is.</summary>
internal static class ConsoleConnector
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static async Task<Stream> ConnectAsync(
        ConsoleEndpoint endpoint, NodeId localNode, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (endpoint is OpenedConsole opened) return opened.Stream;
        if (endpoint is UnixConsole && endpoint.NodeId != localNode)
        {
            throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"The console is a socket of node {endpoint.NodeId}, and this is node {localNode}.", target: endpoint.NodeId.Value);
        }

        using var deadline = new CancellationTokenSource(ConnectTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return endpoint switch
            {
                UnixConsole unix => await OpenAsync(new UnixDomainSocketEndPoint(unix.SocketPath), AddressFamily.Unix, linked.Token).ConfigureAwait(false),
                TcpConsole tcp => await OpenTcpAsync(tcp.Host, tcp.Port, linked.Token).ConfigureAwait(false),
                TlsConsole tls => await OpenTlsAsync(tls, linked.Token).ConfigureAwait(false),
                _ => throw new LimiQuantixException(
                    ErrorCodes.Unavailable, $"The console endpoint {endpoint.GetType().Name} is not known.", "Update the LimiQuantix packages."),
            };
        }
        catch (SocketException exception)
        {
            throw new LimiQuantixException(
                ErrorCodes.Unavailable, $"The machine's console cannot be opened: {exception.Message}.", isTransient: true, innerException: exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LimiQuantixException(
                ErrorCodes.Timeout, $"The machine's console did not answer in {ConnectTimeout.TotalSeconds:0} s.", isTransient: true, innerException: exception);
        }
    }

    private static async Task<Stream> OpenAsync(System.Net.EndPoint endPoint, AddressFamily family, CancellationToken cancellationToken)
    {
        var socket = new Socket(family, SocketType.Stream, family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> OpenTlsAsync(TlsConsole console, CancellationToken cancellationToken)
    {
        var tls = new SslStream(await OpenTcpAsync(console.Host, console.Port, cancellationToken).ConfigureAwait(false));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = console.ServerName }, cancellationToken)
                .ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
