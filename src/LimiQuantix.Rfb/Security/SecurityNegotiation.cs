using System.Net.Sockets;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Security;

/// <summary>Chooses among the security types a server offers, and runs the one chosen up to where the server gives its result.</summary>
internal sealed class SecurityNegotiation(RfbReader reader, RfbTransport transport, RfbClientOptions options, bool mayEncrypt)
{
    private bool _isEncrypted;

    public RfbVeNCryptType? VeNCryptType { get; private set; }

    /// <summary>Whether a password may be sent as it is: nobody else hears.</summary>
    private bool IsPrivate =>
        _isEncrypted || options.IsStreamPrivate || transport.Stream is NetworkStream { Socket.AddressFamily: AddressFamily.Unix };

    public RfbSecurityType Choose(ReadOnlySpan<byte> offered)
    {
        // Whoever goes on over the stream itself cannot have TLS put upon it.
        var hasVeNCrypt = mayEncrypt && offered.Contains((byte)RfbSecurityType.VeNCrypt);
        if (hasVeNCrypt && options.Tls.IsWanted)
            return RfbSecurityType.VeNCrypt;
        var names = string.Join(", ", offered.ToArray());
        if (options.Tls.Required)
            throw new RfbException(RfbErrorCode.UnsupportedSecurity, $"The server offers the security types {names} and not TLS (VeNCrypt, 19), which is required here.");
        if (options.UserName is not null && offered.Contains((byte)RfbSecurityType.Sasl))
            return RfbSecurityType.Sasl;
        if (options.Password is not null && offered.Contains((byte)RfbSecurityType.VncAuthentication))
            return RfbSecurityType.VncAuthentication;
        if (offered.Contains((byte)RfbSecurityType.None))
            return RfbSecurityType.None;
        if (hasVeNCrypt)
            return RfbSecurityType.VeNCrypt;
        if (offered.Contains((byte)RfbSecurityType.Sasl))
            return RfbSecurityType.Sasl;
        if (offered.Contains((byte)RfbSecurityType.VncAuthentication))
            throw PasswordRequired();
        throw new RfbException(
            RfbErrorCode.UnsupportedSecurity,
            $"The server offers the security types {names}; this client has None (1), VNC authentication (2), {(mayEncrypt ? "VeNCrypt (19) " : "")}and SASL (20).");
    }

    public ValueTask RunAsync(RfbSecurityType type, CancellationToken ct) => type switch
    {
        RfbSecurityType.VncAuthentication => AnswerChallengeAsync(ct),
        RfbSecurityType.VeNCrypt => RunVeNCryptAsync(ct),
        RfbSecurityType.Sasl => RunSaslAsync(ct),
        _ => ValueTask.CompletedTask,
    };

    private static RfbException PasswordRequired() => new(RfbErrorCode.PasswordRequired, "The server asks for a password and none was given.");

    private async ValueTask RunVeNCryptAsync(CancellationToken ct)
    {
        var type = await VeNCryptHandshake.ChooseAsync(reader, transport, Prefers, ct).ConfigureAwait(false);
        VeNCryptType = type;
        if (type != RfbVeNCryptType.Plain)
        {
            // What came before the handshake would be taken for what comes after it.
            if (reader.Buffered > 0)
                throw RfbException.Violation("The server went on in the clear when it was to begin TLS.");
            var mayBeAnonymous = type is RfbVeNCryptType.TlsNone or RfbVeNCryptType.TlsVnc or RfbVeNCryptType.TlsPlain;
            // 263 and 264 are taken for either: with a certificate unless only the other is allowed.
            if (type is RfbVeNCryptType.TlsSasl or RfbVeNCryptType.X509Sasl)
                mayBeAnonymous = options.Tls is { AllowAnonymous: true, TargetHost: null, CertificateValidation: null };
            transport.Replace(await TlsHandshake.RunAsync(transport.Stream, options.Tls, mayBeAnonymous, ct).ConfigureAwait(false));
            _isEncrypted = true;
        }
        if (type is RfbVeNCryptType.TlsVnc or RfbVeNCryptType.X509Vnc)
            await AnswerChallengeAsync(ct).ConfigureAwait(false);
        else if (type is RfbVeNCryptType.Plain or RfbVeNCryptType.TlsPlain or RfbVeNCryptType.X509Plain)
            await SendPlainAsync(ct).ConfigureAwait(false);
        else if (type is RfbVeNCryptType.TlsSasl or RfbVeNCryptType.X509Sasl)
            await RunSaslAsync(ct).ConfigureAwait(false);
    }

    /// <summary>How good a VeNCrypt type is here, 0 for not at all: a certificate before none, who one is by the most that was given.</summary>
    private int Prefers(RfbVeNCryptType type)
    {
        var proof = type switch
        {
            RfbVeNCryptType.Plain or RfbVeNCryptType.TlsPlain or RfbVeNCryptType.X509Plain => options.Credential is null ? 0 : 3,
            RfbVeNCryptType.TlsSasl or RfbVeNCryptType.X509Sasl => options.Credential is null ? 1 : 4,
            RfbVeNCryptType.TlsVnc or RfbVeNCryptType.X509Vnc => options.Password is null ? 0 : 2,
            RfbVeNCryptType.TlsNone or RfbVeNCryptType.X509None => 1,
            _ => 0,
        };
        var cover = type switch
        {
            RfbVeNCryptType.Plain => IsPrivate && !options.Tls.Required ? 1 : 0,
            RfbVeNCryptType.TlsNone or RfbVeNCryptType.TlsVnc or RfbVeNCryptType.TlsPlain => options.Tls.AllowAnonymous ? 2 : 0,
            _ => 3,
        };
        return proof * cover == 0 ? 0 : 10 * cover + proof;
    }

    private async ValueTask AnswerChallengeAsync(CancellationToken ct)
    {
        var password = options.Password ?? throw PasswordRequired();
        await reader.EnsureAsync(VncAuthentication.ChallengeLength, ct).ConfigureAwait(false);
        var response = VncAuthentication.Respond(reader.Take(VncAuthentication.ChallengeLength), password);
        await transport.SendAsync(response, ct).ConfigureAwait(false);
    }

    private ValueTask SendPlainAsync(CancellationToken ct) =>
        transport.SendAsync(VeNCryptHandshake.Plain(options.Credential ?? throw PasswordRequired()), ct);

    private ValueTask RunSaslAsync(CancellationToken ct) => SaslHandshake.RunAsync(reader, transport, options.Credential, IsPrivate, ct);
}
