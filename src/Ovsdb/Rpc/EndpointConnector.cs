using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ovsdb.Rpc;

/// <summary>Opens a stream to an endpoint.</summary>
internal static class EndpointConnector
{
    /// <exception cref="OvsdbException">It cannot be reached, or its certificate is not trusted.</exception>
    public static async Task<Stream> ConnectAsync(OvsdbEndpoint endpoint, OvsdbTlsOptions tls, CancellationToken cancellationToken)
    {
        bool unix = endpoint.Scheme == "unix";
        Socket? socket = null;
        Stream? stream = null;
        try
        {
            socket = unix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (unix)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Host), cancellationToken).ConfigureAwait(false);
            else if (IPAddress.TryParse(endpoint.Host, out IPAddress? address))
                await socket.ConnectAsync(address, endpoint.Port, cancellationToken).ConfigureAwait(false);
            else
                await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Scheme == "ssl")
                stream = await EncryptAsync(stream, endpoint, tls, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            socket?.Dispose();
            throw OvsdbException.Connection($"{endpoint} cannot be reached: {e.Message.TrimEnd('.')}.{Advice(endpoint, e)}", e);
        }
        catch
        {
            stream?.Dispose();
            socket?.Dispose();
            throw;
        }
    }

    private static string Advice(OvsdbEndpoint endpoint, Exception error) => (endpoint.Scheme, error) switch
    {
        ("unix", SocketException { SocketErrorCode: SocketError.AccessDenied }) => " The socket belongs to another user; Open vSwitch's is root's or the group's of openvswitch.",
        ("unix", SocketException) when !File.Exists(endpoint.Host) => " There is no such socket: is the server running, and is the path absolute?",
        ("ssl", AuthenticationException) => $" Look at {nameof(OvsdbClientOptions)}.{nameof(OvsdbClientOptions.Tls)}.",
        _ => "",
    };

    private static async Task<Stream> EncryptAsync(Stream stream, OvsdbEndpoint endpoint, OvsdbTlsOptions tls, CancellationToken cancellationToken)
    {
        X509Certificate2Collection? authorities = null;
        if (tls.CertificateAuthorityPath is { } path)
        {
            authorities = [];
            authorities.ImportFromPemFile(path);
        }

        X509Certificate2? own = null;
        if (tls.ClientCertificate is null && tls.ClientCertificatePath is { } certificate)
            own = X509Certificate2.CreateFromPemFile(certificate, tls.ClientKeyPath);
        bool checkName = tls.CheckHostName ?? authorities is null;
        var encrypted = new SslStream(stream);
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endpoint.Host,
                    ClientCertificates = (tls.ClientCertificate ?? own) is { } client ? [client] : null,
                    RemoteCertificateValidationCallback = (_, server, chain, errors) => IsTrusted(server, chain, errors, authorities, checkName),
                },
                cancellationToken).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            own?.Dispose();
        }
    }

    private static bool IsTrusted(X509Certificate? server, X509Chain? sent, SslPolicyErrors errors, X509Certificate2Collection? authorities, bool checkName)
    {
        if (server is not X509Certificate2 certificate || (checkName && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)))
            return false;
        if (authorities is null)
            return (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return chain.Build(certificate);
    }
}
