using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LibvirtSharp.Transports;

/// <summary>
/// The certificates of one TLS connection: named in the options, or in the folder of the URI's <c>pkipath</c>, or where libvirt's
/// client looks (https://libvirt.org/kbase/tlscerts.html).
/// </summary>
internal sealed class TlsCertificates : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private RevokedCertificates? _revoked;
    private X509Certificate2? _client;
    private bool _ownsClient;

    public static TlsCertificates Load(LibvirtUri uri, LibvirtTlsOptions options)
    {
        var certificates = new TlsCertificates();
        try
        {
            (string authority, string revoked, string certificate, string key) = Paths(uri);
            // A file that is named is meant: that it is not there must not let the system's authorities in.
            if (options.CertificateAuthorityPath is not null || uri.Parameter("pkipath") is { Length: > 0 } || File.Exists(authority))
                certificates.LoadAuthorities(options.CertificateAuthorityPath ?? authority);
            if (File.Exists(revoked))
                certificates._revoked = RevokedCertificates.Load(revoked);
            if (options.ClientCertificate is { } given)
                certificates._client = given;
            else if (options.ClientCertificatePath is not null || (File.Exists(certificate) && File.Exists(key)))
                certificates.LoadClient(options.ClientCertificatePath ?? certificate, options.ClientKeyPath ?? key);
            return certificates;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            certificates.Dispose();
            throw new LibvirtException(LibvirtErrorCode.SystemError, LibvirtErrorDomain.Rpc, $"A certificate for TLS cannot be read: {error.Message}", error);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "no_verify=1 in the URI asks for it, as with libvirt's own client.")]
    public SslClientAuthenticationOptions ClientOptions(LibvirtUri uri) => new()
    {
        // An IPv6 address' zone is this machine's own: no certificate has it.
        TargetHost = TcpTransport.HostOf(uri).Split('%')[0],
        ClientCertificates = _client is null ? null : [_client],
        LocalCertificateSelectionCallback = _client is null ? null : (_, _, _, _, _) => _client,
        // Without an authority of libvirt's own the system's are asked.
        CertificateChainPolicy = _authorities.Count == 0 ? null : Policy(),
        RemoteCertificateValidationCallback = uri.IsSet("no_verify") ? (_, _, _, _) => true : _revoked is null ? null : IsValid,
    };

    public void Dispose()
    {
        foreach (X509Certificate2 authority in _authorities)
            authority.Dispose();
        if (_ownsClient)
            _client?.Dispose();
    }

    private static (string Authority, string Revoked, string Certificate, string Key) Paths(LibvirtUri uri)
    {
        if (uri.Parameter("pkipath") is { Length: > 0 } folder)
            return (Path.Combine(folder, "cacert.pem"), Path.Combine(folder, "cacrl.pem"), Path.Combine(folder, "clientcert.pem"), Path.Combine(folder, "clientkey.pem"));
        string user = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pki", "libvirt");
        return (OwnOr(Path.Combine(user, "cacert.pem"), "/etc/pki/CA/cacert.pem"),
            OwnOr(Path.Combine(user, "cacrl.pem"), "/etc/pki/CA/cacrl.pem"),
            OwnOr(Path.Combine(user, "clientcert.pem"), "/etc/pki/libvirt/clientcert.pem"),
            OwnOr(Path.Combine(user, "clientkey.pem"), "/etc/pki/libvirt/private/clientkey.pem"));
    }

    private static string OwnOr(string own, string shared) => File.Exists(own) ? own : shared;

    private void LoadAuthorities(string path)
    {
        _authorities.ImportFromPemFile(path);
        if (_authorities.Count == 0)
            throw new CryptographicException($"{path} holds none.");
    }

    private void LoadClient(string certificatePath, string keyPath)
    {
        _client = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        _ownsClient = true;
        if (!OperatingSystem.IsWindows())
            return;
        // Windows' TLS takes no key that lives in memory only.
        using X509Certificate2 ephemeral = _client;
        _client = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
    }

    private bool IsValid(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (chain?.ChainElements.FirstOrDefault(element => _revoked!.Contains(element.Certificate)) is { } revoked)
            throw new AuthenticationException($"The certificate {revoked.Certificate.Subject} is revoked.");
        if (errors == SslPolicyErrors.None)
            return true;
        string reasons = string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? []);
        throw new AuthenticationException($"The server's certificate is not valid: {errors} {reasons}".TrimEnd() + ".");
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }
}
