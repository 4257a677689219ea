using System.ComponentModel;
using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>The daemon's unix socket on this machine.</summary>
internal sealed class UnixTransport(bool readOnly, DaemonLocations locations) : ILibvirtTransport
{
    private const int SendBufferBytes = 256 * 1024;
    private const int MostAttempts = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public UnixTransport(bool readOnly)
        : this(readOnly, DaemonLocations.OfThisProcess())
    {
    }

    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        DaemonSocket daemon = DaemonSocket.Choose(uri, readOnly, locations);
        try
        {
            return new LocalSocketStream(await ConnectAsync(daemon.Path, cancellationToken).ConfigureAwait(false));
        }
        catch (LibvirtException error) when (daemon.Program is not null && NobodyListens(error))
        {
            return new LocalSocketStream(await StartAsync(daemon.Program, daemon.Path, cancellationToken).ConfigureAwait(false));
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

    /// <summary>
    /// Starts the daemon and connects to it. Of those who start it at the same moment, here or in other processes, one gets its pidfile;
    /// the others' starts fail, and what they wanted is there a moment later.
    /// </summary>
    private static async Task<Socket> StartAsync(string program, string path, CancellationToken cancellationToken)
    {
        LibvirtException? failure = null;
        try
        {
            await SessionDaemon.StartAsync(program, cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException error) when (error.InnerException is not Win32Exception)
        {
            // It ran; what cannot be run at all is nobody's.
            failure = error;
        }
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ConnectAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (LibvirtException error) when (NobodyListens(error))
            {
                if (attempt == MostAttempts)
                    throw failure ?? error;
            }
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool NobodyListens(LibvirtException error) => error.InnerException is SocketException { SocketErrorCode: not SocketError.AccessDenied };

    private static LibvirtException Unreachable(string path, Exception error)
    {
        string remedy = error switch
        {
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "the user may not use it: add the user to the group 'libvirt', or use the session instance (qemu:///session)",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "no daemon listens on it: is libvirtd running?",
            ArgumentOutOfRangeException => "the path is longer than the path of a unix socket may be",
            _ when !File.Exists(path) => "it does not exist: is libvirtd installed and running?",
            _ => error.Message,
        };
        return new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"Cannot connect to libvirt's socket {path}: {remedy}", error);
    }
}
