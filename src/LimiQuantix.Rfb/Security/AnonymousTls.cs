using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace LimiQuantix.Rfb.Security;

/// <summary>
/// TLS without certificates, which .NET's own streams do not speak (OpenSSL forbids it at its default level). TLS 1.2: later versions
/// have none of it.
/// </summary>
internal static class AnonymousTls
{
    public static async Task<Stream> RunAsync(Stream stream, CancellationToken ct)
    {
        var protocol = new TlsClientProtocol();
        protocol.Connect(new Client());
        var tls = new TlsProtocolStream(stream, protocol);
        await tls.HandshakeAsync(ct).ConfigureAwait(false);
        return tls;
    }

    private sealed class Client() : DefaultTlsClient(new BcTlsCrypto(new SecureRandom()))
    {
        public override TlsAuthentication GetAuthentication() => throw new TlsFatalAlert(AlertDescription.unexpected_message);

        // The usual judge takes only groups it knows; servers of anonymous TLS often make their own.
        public override TlsDHGroupVerifier GetDHGroupVerifier() => new AnyLargeGroup();

        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.TLSv12.Only();

        protected override int[] GetSupportedCipherSuites() =>
        [
            CipherSuite.TLS_DH_anon_WITH_AES_256_GCM_SHA384, CipherSuite.TLS_DH_anon_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDH_anon_WITH_AES_256_CBC_SHA, CipherSuite.TLS_ECDH_anon_WITH_AES_128_CBC_SHA,
            CipherSuite.TLS_DH_anon_WITH_AES_256_CBC_SHA256, CipherSuite.TLS_DH_anon_WITH_AES_128_CBC_SHA256,
        ];
    }

    private sealed class AnyLargeGroup : TlsDHGroupVerifier
    {
        private const int MinBits = 2048;

        public bool Accept(DHGroup dhGroup) => dhGroup.P.BitLength >= MinBits;
    }
}
