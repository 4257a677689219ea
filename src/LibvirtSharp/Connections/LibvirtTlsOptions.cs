using System.Security.Cryptography.X509Certificates;

namespace LibvirtSharp;

/// <summary>Certificates of a TLS connection. What is not set is looked for where libvirt's own client does, and its
/// list of revoked certificates (<c>cacrl.pem</c>) beside it.</summary>
public sealed class LibvirtTlsOptions
{
    /// <summary>The PEM file of the authorities that the server's certificate must come from. Default libvirt's, else the system's authorities.</summary>
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>The PEM file of this client's certificate.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>The PEM file of its key.</summary>
    public string? ClientKeyPath { get; set; }

    /// <summary>This client's certificate with its key, instead of files. It stays the caller's.</summary>
    public X509Certificate2? ClientCertificate { get; set; }
}
