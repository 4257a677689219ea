using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>A certificate authority of a test's own, with a server's and a client's certificate, as files where libvirt wants them.</summary>
internal sealed class TestAuthority : IAsyncDisposable
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");
    private readonly TemporaryFolder _folder = new();

    public string AuthorityPath => Path("cacert.pem");

    public LibvirtTlsOptions ClientOptions => new()
    {
        CertificateAuthorityPath = AuthorityPath,
        ClientCertificatePath = Path("clientcert.pem"),
        ClientKeyPath = Path("clientkey.pem"),
    };

    public string Path(string name) => _folder.Combine(name);

    public static async Task<TestAuthority> CreateAsync()
    {
        var authority = new TestAuthority();
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(authority.AuthorityPath, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(authority.Path("cakey.pem"), key.ExportPkcs8PrivateKeyPem());
        await authority.IssueAsync(certificate, "server", ServerUse, IPAddress.Loopback);
        await authority.IssueAsync(certificate, "client", ClientUse, null);
        return authority;
    }

    public X509Certificate2 ServerCertificate() => X509Certificate2.CreateFromPemFile(Path("servercert.pem"), Path("serverkey.pem"));

    /// <summary>Takes a certificate back, <c>server</c> or <c>client</c>, in a list beside the authority's own.</summary>
    public async Task RevokeAsync(string name)
    {
        using X509Certificate2 authority = X509Certificate2.CreateFromPemFile(AuthorityPath, Path("cakey.pem"));
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(Path($"{name}cert.pem"));
        var list = new CertificateRevocationListBuilder();
        list.AddEntry(certificate);
        byte[] bytes = list.Build(
            authority.SubjectName, X509SignatureGenerator.CreateForRSA(authority.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1), 1, DateTimeOffset.UtcNow.AddDays(1),
            HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(authority.SubjectName, authority.SerialNumberBytes.Span));
        await File.WriteAllTextAsync(Path("cacrl.pem"), PemEncoding.WriteString("X509 CRL", bytes));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task IssueAsync(X509Certificate2 authority, string name, Oid use, IPAddress? address)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], false));
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(address);
            request.CertificateExtensions.Add(names.Build());
        }
        using X509Certificate2 issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        await File.WriteAllTextAsync(Path($"{name}cert.pem"), issued.ExportCertificatePem());
        await File.WriteAllTextAsync(Path($"{name}key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
