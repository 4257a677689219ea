using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LibvirtSharp.Transports;

/// <summary>
/// The certificates that authorities have taken back: the lists (RFC 5280, 5.1) of a PEM file. The file is trusted as the authorities'
/// own beside it is, so that, as to libvirt's client, no signature is asked for and a list that should have been renewed still holds.
/// </summary>
internal sealed class RevokedCertificates
{
    private readonly HashSet<(string Issuer, BigInteger Serial)> _revoked = [];

    private RevokedCertificates()
    {
    }

    /// <exception cref="CryptographicException">It holds no list, or a broken one.</exception>
    public static RevokedCertificates Load(string path)
    {
        var result = new RevokedCertificates();
        ReadOnlySpan<char> text = File.ReadAllText(path);
        bool any = false;
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] is "X509 CRL")
            {
                result.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()), path);
                any = true;
            }
            text = text[fields.Location.End..];
        }
        return any ? result : throw new CryptographicException($"{path} holds no list of revoked certificates.");
    }

    public bool Contains(X509Certificate2 certificate) =>
        _revoked.Contains((Convert.ToHexString(certificate.IssuerName.RawData), new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true)));

    private void Add(byte[] list, string path)
    {
        try
        {
            AsnReader body = new AsnReader(list, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            if (body.PeekTag() == Asn1Tag.Integer)
                body.ReadInteger(); // The version.
            body.ReadSequence(); // The signature's algorithm.
            string issuer = Convert.ToHexString(body.ReadEncodedValue().Span);
            // Two times, of which the second may be missing; so may the entries, before what is tagged.
            while (body.HasData && body.PeekTag() != Asn1Tag.Sequence)
                body.ReadEncodedValue();
            AsnReader? entries = body.HasData ? body.ReadSequence() : null;
            while (entries is { HasData: true })
                _revoked.Add((issuer, entries.ReadSequence().ReadInteger()));
        }
        catch (AsnContentException error)
        {
            throw new CryptographicException($"{path} holds a broken list of revoked certificates.", error);
        }
    }
}
