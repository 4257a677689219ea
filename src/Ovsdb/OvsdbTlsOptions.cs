using System.Security.Cryptography.X509Certificates;

namespace Ovsdb;

/// <summary>Certificates of <c>ssl:</c> endpoints.</summary>
public sealed class OvsdbTlsOptions
{
    /// <summary>The PEM file of the authorities that the server's certificate must come from, as <c>--ca-cert</c>. Default the system's authorities.</summary>
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>The PEM file of this client's certificate, as <c>--certificate</c>.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>The PEM file of its key, as <c>--private-key</c>.</summary>
    public string? ClientKeyPath { get; set; }

    /// <summary>This client's certificate with its key, instead of files. It stays the caller's.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>
    /// Whether the certificate must name the endpoint's host. Default only with the system's authorities: certificates of Open vSwitch's own
    /// <c>ovs-pki</c> name no host, and its programs look at none.
    /// </summary>
    public bool? CheckHostName { get; set; }
}
