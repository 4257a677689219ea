using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace LimiQuantix.Rfb.Security;

/// <summary>Puts TLS upon a connection.</summary>
internal static class TlsHandshake
{
    public static async Task<Stream> RunAsync(Stream stream, RfbTlsOptions options, bool anonymous, CancellationToken ct)
    {
        try
        {
            return anonymous
                ? await AnonymousTls.RunAsync(stream, ct).ConfigureAwait(false)
                : await WithCertificateAsync(stream, options, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            throw new RfbException(RfbErrorCode.TlsFailed, $"TLS with the server failed: {e.Message}", e);
        }
    }

    private static async Task<Stream> WithCertificateAsync(Stream stream, RfbTlsOptions options, CancellationToken ct)
    {
        if (options.TargetHost is null && options.CertificateValidation is null)
            throw new RfbException(RfbErrorCode.TlsFailed, "The server shows a certificate, and Tls.TargetHost does not say whose it must be.");
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetHost ?? "",
            ClientCertificates = options.ClientCertificates,
            RemoteCertificateValidationCallback = options.CertificateValidation,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (options.CertificateAuthorities is { } authorities)
        {
            authentication.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            authentication.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        try
        {
            await tls.AuthenticateAsClientAsync(authentication, ct).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
