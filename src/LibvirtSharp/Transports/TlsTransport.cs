using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace LibvirtSharp.Transports;

/// <summary>
/// TLS (port 16514) with libvirt's own last step: after the handshake the server sends one byte, 1, when it accepts the client's
/// certificate and address, and closes the connection when it does not.
/// </summary>
internal sealed class TlsTransport(LibvirtTlsOptions options) : ILibvirtTransport
{
    private const int DefaultPort = 16514;
    private const byte Accepted = 1;

    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        using var certificates = TlsCertificates.Load(uri, options);
        NetworkStream network = await TcpTransport.ConnectAsync(uri, uri.Port ?? DefaultPort, cancellationToken).ConfigureAwait(false);
        var tls = new SslStream(network, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(certificates.ClientOptions(uri), cancellationToken).ConfigureAwait(false);
            await ReadVerdictAsync(tls, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception error)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (error is AuthenticationException or IOException)
                throw new LibvirtException(LibvirtErrorCode.AuthFailed, LibvirtErrorDomain.Rpc, $"TLS with {TcpTransport.HostOf(uri)} failed: {error.Message}", error);
            throw;
        }
    }

    private static async Task ReadVerdictAsync(SslStream tls, CancellationToken cancellationToken)
    {
        byte[] verdict = new byte[1];
        try
        {
            int count = await tls.ReadAsync(verdict, cancellationToken).ConfigureAwait(false);
            if (count == 0 || verdict[0] != Accepted)
                throw Refused("; its log says which", null);
        }
        catch (IOException error)
        {
            // In TLS 1.3 the client's side of the handshake is over before the server looks at its certificate.
            throw Refused($": {error.GetBaseException().Message}", error);
        }
    }

    private static LibvirtException Refused(string reason, Exception? inner) =>
        new(LibvirtErrorCode.AuthFailed, LibvirtErrorDomain.Rpc, $"The server refused this client's certificate or address{reason}.", inner);
}
