using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Support;

/// <summary>An authority and a server's certificate from it, in the files that QEMU and TigerVNC read.</summary>
internal sealed class ServerCertificates : IAsyncDisposable
{
    public const string Host = "screen.example.org";

    private readonly TemporaryFolder _folder = new();

    public ServerCertificates()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=An authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        Authority = request.CreateSelfSigned(from, to);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest($"CN={Host}", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        server.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        server.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = server.Create(Authority, from, to, [1, 2, 3]);
        File.WriteAllText(System.IO.Path.Combine(Path, "ca-cert.pem"), Authority.ExportCertificatePem());
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, serverKey.ExportPkcs8PrivateKeyPem());
    }

    public string Path => _folder.Path;

    public string CertificatePath => _folder.Combine("server-cert.pem");

    public string KeyPath => _folder.Combine("server-key.pem");

    public X509Certificate2 Authority { get; }

    public RfbTlsOptions Trusted => new() { Required = true, TargetHost = Host, CertificateAuthorities = [Authority] };

    public async ValueTask DisposeAsync()
    {
        Authority.Dispose();
        await _folder.DisposeAsync();
    }
}
