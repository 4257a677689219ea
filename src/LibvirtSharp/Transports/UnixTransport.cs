using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>The daemon's unix socket on this machine.</summary>
internal sealed class UnixTransport(bool readOnly, DaemonPlaces places) : ILibvirtTransport
{
    private const int SendBufferBytes = 256 * 1024;

    public UnixTransport(bool readOnly)
        : this(readOnly, DaemonPlaces.OfThisProcess())
    {
    }

    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        DaemonSocket daemon = DaemonSocket.Choose(uri, readOnly, places);
        try
        {
            return new LocalSocketStream(await ConnectAsync(daemon.Path, cancellationToken).ConfigureAwait(false));
        }
        catch (LibvirtException error) when (daemon.Program is not null && error.InnerException is SocketException { SocketErrorCode: not SocketError.AccessDenied })
        {
            await SessionDaemon.StartAsync(daemon.Program, cancellationToken).ConfigureAwait(false);
            return new LocalSocketStream(await ConnectAsync(daemon.Path, cancellationToken).ConfigureAwait(false));
        }
    }

    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        // Room for a whole stream message, so that it is sent in one piece.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendBufferSize = SendBufferBytes };
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is OperationCanceledException)
                throw;
            throw Unreachable(path, error);
        }
    }

    private static LibvirtException Unreachable(string path, Exception error)
    {
        string remedy = error switch
        {
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "the user may not use it: add the user to the group 'libvirt', or use the session instance (qemu:///session)",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "no daemon listens on it: is libvirtd running?",
            _ when !File.Exists(path) => "it does not exist: is libvirtd installed and running?",
            _ => error.Message,
        };
        return new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"Cannot connect to libvirt's socket {path}: {remedy}", error);
    }
}
