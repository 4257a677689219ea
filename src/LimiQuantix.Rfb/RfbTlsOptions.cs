using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace LimiQuantix.Rfb;

/// <summary>How TLS is spoken with a server that offers VeNCrypt.</summary>
public sealed class RfbTlsOptions
{
    /// <summary>
    /// Whether a connection without TLS is refused. Default false: then a man in the middle can strip it. Set it across networks.
    /// </summary>
    public bool Required { get; set; }

    /// <summary>The name that the server's certificate must have, such as <c>host.example.org</c>. Needed for the X509 kinds.</summary>
    public string? TargetHost { get; set; }

    /// <summary>The authorities that may have signed the server's certificate; null for those that the system trusts.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; set; }

    /// <summary>Certificates that tell the server who this client is; null for none.</summary>
    public X509CertificateCollection? ClientCertificates { get; set; }

    /// <summary>Judges the server's certificate in place of the usual rules; null for those.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; set; }

    /// <summary>
    /// Whether TLS without a certificate (VeNCrypt's TLS kinds) is spoken: nobody can listen in, but nobody knows who the server is.
    /// Default false.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Whether anything here says that TLS is wanted where it is offered.</summary>
    internal bool IsWanted => Required || AllowAnonymous || TargetHost is not null || CertificateValidation is not null;
}
