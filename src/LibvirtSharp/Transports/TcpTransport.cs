using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>TCP without encryption (port 16509). Passwords do not go over it.</summary>
internal sealed class TcpTransport : ILibvirtTransport
{
    private const int DefaultPort = 16509;

    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken) =>
        await ConnectAsync(uri, uri.Port ?? DefaultPort, cancellationToken).ConfigureAwait(false);

    /// <summary>The host's name; this machine's when the URI names none.</summary>
    public static string HostOf(LibvirtUri uri) => uri.Host.Length == 0 ? "localhost" : uri.Host;

    public static async Task<NetworkStream> ConnectAsync(LibvirtUri uri, int port, CancellationToken cancellationToken)
    {
        string host = HostOf(uri);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is OperationCanceledException)
                throw;
            throw new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"Cannot connect to {host}:{port}: {error.Message}", error);
        }
    }
}
